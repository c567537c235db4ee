import { describe, expect, it } from 'vitest';
import { recogniseShapes } from '../../../src/architectures/internal';
import { fixtureShapes } from '../../support/architectures/fixtureShapes';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

const groupCounts = (shapes: Record<string, number[]>) =>
  recogniseShapes({ shapes, config: null }).found.map(({ spec }) => spec.groups.length);

describe('densenet', () => {
  it("reads the names of torchvision's first checkpoints, such as norm.1", async () => {
    const shapes = await fixtureShapes('densenet');
    const old = Object.entries(shapes).map(([name, shape]) => [
      name.replace(/(denselayer\d+\.(?:norm|conv))(\d)/, '$1.$2'),
      shape,
    ]);
    expect(old.map(([name]) => name)).toContain('features.denseblock1.denselayer1.norm.1.weight');
    expect(groupCounts(Object.fromEntries(old))).toEqual(groupCounts(shapes));
  });

  it('reads layers of one convolution, and a stem without a batch normalisation', () => {
    const norm = (name: string, count: number) => ({
      [`${name}.running_mean`]: [count],
      [`${name}.running_var`]: [count],
    });
    const shapes = {
      'features.conv0.weight': [4, 3, 3, 3],
      ...norm('features.denseblock1.denselayer1.norm1', 4),
      'features.denseblock1.denselayer1.conv1.weight': [2, 4, 3, 3],
      ...norm('features.norm_final', 6),
      'classifier.weight': [5, 6],
    };
    expect(groupCounts(shapes)).toEqual([2]);
  });
});
