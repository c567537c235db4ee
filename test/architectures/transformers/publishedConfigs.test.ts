import { transformerSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { resolveShapes } from '../../../src/symmetry/internal';
import {
  publishedNetworks,
  publishedShapes,
} from '../../support/architectures/transformers/publishedNetworks';

const listings = publishedShapes();

describe.each(Object.entries(publishedNetworks))('%s', (name, network) => {
  const type = network.config.model_type as string;
  const { shapes } = listings[name];
  const { found, refused } = recogniseShapes({ shapes, config: network.config });

  it('is recognised as one network', () => {
    expect(refused.map(({ reason }) => reason.message)).toEqual([]);
    expect(found.map((each) => each.name)).toEqual([type]);
  });

  it('has groups of the published sizes', () => {
    const sizes = resolveShapes(found[0].spec, shapes).groups.map((each) => [each.name, each.size]);
    expect(Object.fromEntries(sizes)).toMatchObject(network.groups);
  });

  it('has a spec by its type and configuration', () => {
    const spec = transformerSpec(type, network.config);
    const names = new Set(spec.groups.map((each) => each.name));
    expect(Object.keys(network.groups).filter((group) => !names.has(group))).toEqual([]);
    for (const { name: group, size } of spec.groups) {
      if (size !== null && group in network.groups) expect(size).toBe(network.groups[group]);
    }
  });

  it('has one family by its names alone', () => {
    const { found: byNames } = recogniseShapes({ shapes, config: null });
    expect(byNames.map(({ family }) => family)).toEqual([found[0].family]);
  });
});
