import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  comparePermutations,
  mlpSpec,
  type Permutations,
  permute,
  randomPermutations,
  transitivity,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCycles } from '../../../examples/paper/support/openCycles';
import { permutationAlong } from '../../../examples/paper/support/permutationAlong';
import { initMlp } from '../../../examples/support/mlp';

describe('permutationAlong', () => {
  beforeAll(() => tf.setBackend('cpu'));
  const spec = mlpSpec(3);

  it('moves the last network as its steps do one after another, the last step first', () => {
    const params = initMlp([3, 6, 5, 2], 1);
    const steps = [1, 2, 3].map((seed) => randomPermutations(spec, params, { seed }));
    const once = permute(spec, params, permutationAlong(steps));
    const [, , third] = steps;
    const stepwise = [steps[1], steps[0]].reduce(
      (moved, step) => permute(spec, moved, step),
      permute(spec, params, third),
    );
    for (const name of Object.keys(params)) {
      expect([...once[name].dataSync()], name).toEqual([...stepwise[name].dataSync()]);
    }
    tf.dispose([params, once, stepwise]);
  });

  it('of two steps agrees with transitivity', () => {
    const params = initMlp([3, 6, 5, 2], 1);
    const [ab, bc, ac] = [4, 5, 6].map(
      (seed): Permutations => randomPermutations(spec, params, { seed }),
    );
    expect(comparePermutations(permutationAlong([ab, bc]), ac)).toEqual(transitivity(ab, bc, ac));
    tf.dispose(params);
  });
});

describe('openCycles', () => {
  it.each([
    [3, 10], // 5 · 4 · 3 / (2 · 3)
    [4, 15], // 5 · 4 · 3 · 2 / (2 · 4)
    [5, 12], // 5! / (2 · 5)
  ])('finds every cycle of %d of five items once: %d', (size, count) => {
    const cycles = openCycles(['a', 'b', 'c', 'd', 'e'], size);
    const edges = cycles.map((cycle) =>
      cycle
        .map((item, i) => [item, cycle[(i + 1) % size]].sort().join(''))
        .sort()
        .join(),
    );
    expect(new Set(edges).size).toBe(count);
    expect(cycles).toHaveLength(count);
    for (const cycle of cycles) expect(new Set(cycle).size).toBe(size);
  });

  it('opens them at different places', () => {
    expect(openCycles([1, 2, 3, 4], 3)).toEqual([
      [1, 2, 3],
      [2, 4, 1],
      [4, 1, 3],
      [2, 3, 4],
    ]);
  });
});
