import type { PermutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { fixtureShapes } from '../../support/architectures/fixtureShapes';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

const recognised = (shapes: Record<string, number[]>) =>
  recogniseShapes({ shapes, config: null }).found.map(({ name, spec }) => ({ name, spec }));

describe('resnet', () => {
  it.each([
    ['resnet_basic', 'resnet:2,2,1,1'],
    ['resnet_bottleneck', 'resnet:2,1:bottleneck'],
    ['resnet_grouped', 'resnet:2,1:bottleneck:groups=3'],
    ['resnet_cifar', 'resnet:2,2,1'],
    ['resnet_preactivation', 'resnet:2,2,1:preactivation'],
    ['resnet_pad_both', 'resnet:1,2,1:projections=no,no,no'],
  ])('calls %s %s', async (fixture, name) => {
    expect(recognised(await fixtureShapes(fixture)).map((each) => each.name)).toEqual([name]);
  });

  it('reads block1.layer.0 and convShortcut, as in wide ResNets for CIFAR', async () => {
    const rename = (name: string) =>
      name
        .replace(/^layer(\d)\./, 'block$1.layer.')
        .replace('shortcut.0', 'convShortcut')
        .replace('linear', 'fc');
    const shapes = await fixtureShapes('resnet_last_norm');
    const [usual] = recognised(shapes);
    const [renamed] = recognised(renameKeys(shapes, rename));
    expect(renamed.spec.groups).toEqual(usual.spec.groups);
    expect(namedIn(renamed.spec, shapes, rename)).toEqual(namedIn(usual.spec, shapes));
  });

  it('permutes the channels of a squeeze-and-excitation, whose layers may be dense', async () => {
    const shapes = await fixtureShapes('resnet_deep');
    const [convolutions] = recognised(shapes);
    const dense = Object.entries(shapes).map(([name, shape]) => [
      name,
      name.includes('.se.') ? shape.slice(0, 2) : shape,
    ]);
    const [found] = recognised(Object.fromEntries(dense));
    expect(found.spec.groups).toEqual(convolutions.spec.groups);
  });

  it('refuses groups where a block has only two convolutions', async () => {
    const shapes = {
      ...(await fixtureShapes('resnet_basic')),
      'layer1.0.conv2.weight': [4, 2, 3, 3],
    };
    const { found, refused } = recogniseShapes({ shapes, config: null });
    expect(found).toEqual([]);
    expect(refused[0].reason.message).toMatch(
      /'layer1\.0\.conv2' has other inputs than the outputs of the one before it/,
    );
  });
});

function renameKeys<T>(record: Record<string, T>, rename: (name: string) => string) {
  return Object.fromEntries(Object.entries(record).map(([name, each]) => [rename(name), each]));
}

/** The axes of a network's parameters, in its order. */
function namedIn(spec: PermutationSpec, shapes: object, rename = (name: string) => name) {
  return Object.keys(shapes).map((name) => spec.params[rename(name)].axes);
}
