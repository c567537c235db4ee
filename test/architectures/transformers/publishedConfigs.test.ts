import { transformerSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { resolveShapes } from '../../../src/symmetry/internal';
import {
  type PublishedNetwork,
  publishedNetworks,
} from '../../support/architectures/transformers/publishedNetworks';

/** The shapes with the number of each layer in place of `#`. */
function numbered({ shapes, layers }: PublishedNetwork): Record<string, readonly number[]> {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) =>
      Array.from({ length: name.includes('#') ? layers : 1 }, (_, i) => [
        name.replace('#', `${i}`),
        shape,
      ]),
    ),
  );
}

describe.each(Object.entries(publishedNetworks))('%s', (_, network) => {
  const type = network.config.model_type as string;
  const shapes = numbered(network);
  const { found, refused } = recogniseShapes({ shapes, config: network.config });

  it('is recognised as one network', () => {
    expect(refused.map(({ reason }) => reason.message)).toEqual([]);
    expect(found.map(({ name }) => name)).toEqual([type]);
  });

  it('has groups of the published sizes', () => {
    const sizes = resolveShapes(found[0].spec, shapes).groups.map(({ name, size }) => [name, size]);
    expect(Object.fromEntries(sizes)).toMatchObject(network.groups);
  });

  it('has a spec by its type and configuration', () => {
    const spec = transformerSpec(type, network.config);
    const names = new Set(spec.groups.map(({ name }) => name));
    expect(Object.keys(network.groups).filter((name) => !names.has(name))).toEqual([]);
    for (const { name, size } of spec.groups) {
      if (size !== null && name in network.groups) expect(size).toBe(network.groups[name]);
    }
  });

  it('has one family by its names alone', () => {
    const { found: byNames } = recogniseShapes({ shapes, config: null });
    expect(byNames.map(({ family }) => family)).toEqual([found[0].family]);
  });
});
