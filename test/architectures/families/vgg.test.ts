import { permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { fixtureShapes } from '../../support/architectures/fixtureShapes';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

describe('vgg', () => {
  it.each([
    ['vgg', 'vgg:1,1,2'],
    ['vgg_bn', 'vgg:1,1,2:bn'],
    ['vgg_cifar', 'vgg:1,1,2:bn:classifier=classifier'],
  ])('calls %s %s', async (fixture, name) => {
    const { found } = recogniseShapes({ shapes: await fixtureShapes(fixture), config: null });
    expect(found.map((each) => each.name)).toEqual([name]);
  });

  it('reads a batch normalisation after a dense layer', () => {
    const shapes = {
      'features.0.weight': [4, 3, 3, 3],
      'classifier.0.weight': [6, 16],
      'classifier.1.running_mean': [6],
      'classifier.1.running_var': [6],
      'classifier.3.weight': [2, 6],
    };
    const [{ spec }] = recogniseShapes({ shapes, config: null }).found;
    const expected = permutationSpec({
      'classifier.0.weight': 'dense1 (conv1.1 _)',
      'classifier.1.running_mean': 'dense1',
      'classifier.3.weight': '_ dense1',
    });
    expect(spec.params).toMatchObject(expected.params);
  });
});
