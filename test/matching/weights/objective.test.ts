import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  identityPermutations,
  munkres,
  type Params,
  type PermutationSpec,
  type Permutations,
  permutationSpec,
  permute,
  randomPermutations,
  solveAssignment,
  weightMatch,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectPermutations } from '../../support/invariants';
import { knotty, knottyParams } from '../../support/knotty';
import { randomParams, testNetworks } from '../../support/networks';

await useBackend('cpu');

/** S(P) in float64 from its definition: permute, multiply, add up. */
async function objective(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  permutations: Permutations,
  names: string[],
) {
  const permuted = permute(spec, b, permutations);
  let sum = 0;
  for (const name of names) {
    const [x, y] = [await a[name].data(), await permuted[name].data()];
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  }
  tf.dispose(permuted);
  return sum;
}

const isFloatWeight = (name: string) => !/running|moving|num_batches/.test(name);

describe('the objective', () => {
  it('is S(P) from its definition, each parameter counted once', async () => {
    for (const network of testNetworks.slice(0, 5)) {
      const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
      const match = await weightMatch(network.spec, a, b, { order: 'forward', start: 'identity' });
      const names = Object.keys(a).filter(isFloatWeight);
      expect(match.objective).toBeCloseTo(
        await objective(network.spec, a, b, match.permutations, names),
        3,
      );
      const identity = identityPermutations(network.spec, a);
      expect(match.history[0]).toBeCloseTo(await objective(network.spec, a, b, identity, names), 3);
      expect(match.history.at(-1)!).toBeCloseTo(match.objective, 3);
    }
  });

  it('never falls, and ends where no single group can raise it, over random starts and orders', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1000),
        fc.constantFrom('forward', 'backward', 'random'),
        fc.boolean(),
        async (seed, order, tangled) => {
          const spec = tangled ? knotty.spec : testNetworks[0].spec;
          const make = (s: number) =>
            tangled ? knottyParams(s) : randomParams(testNetworks[0], s);
          const [a, b] = [make(seed), make(seed + 1)];
          const initial = randomPermutations(spec, a, { seed });
          const {
            history,
            permutations,
            converged,
            objective: best,
          } = await weightMatch(spec, a, b, { order, seed, initial });
          expectPermutations(permutations);
          expect(converged).toBe(true);
          for (let i = 1; i < history.length; i++)
            expect(history[i]).toBeGreaterThanOrEqual(history[i - 1]);
          // Started where it ended, with each group first in turn, it stays.
          for (const { name } of spec.groups) {
            const order = [
              name,
              ...spec.groups.map((group) => group.name).filter((other) => other !== name),
            ];
            const again = await weightMatch(spec, a, b, {
              initial: permutations,
              order,
              method: 'coordinateDescent',
            });
            expect(again.permutations).toEqual(permutations);
            expect(again.sweeps).toBe(1);
          }
          expect(best).toBeCloseTo(await objective(spec, a, b, permutations, Object.keys(a)), 3);
          tf.dispose([a, b]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('under the cosine kernel is the sum of the cosines over parameters, groups on them and units', async () => {
    const spec = permutationSpec({ in: '_ h', bias: 'h', out: 'h g', last: 'g' });
    const make = (seed: number) => ({
      in: tf.randomNormal([3, 4], 0, 1, 'float32', seed),
      bias: tf.randomNormal([4], 0, 1, 'float32', seed + 1),
      out: tf.randomNormal([4, 5], 0, 1, 'float32', seed + 2),
      last: tf.randomNormal([5], 0, 1, 'float32', seed + 3),
    });
    const [a, b] = [make(1), make(11)];
    const match = await weightMatch(spec, a, b, { kernel: 'cosine' });
    const aligned = permute(spec, b, match.permutations);
    let cosines = 0;
    for (const [name, axis] of [
      ['in', 1],
      ['bias', 0],
      ['out', 0],
      ['out', 1],
      ['last', 0],
    ] as const) {
      const rows = (x: tf.Tensor) => {
        const units: number = x.shape[axis]!;
        return tf.reshape(axis === 1 ? tf.transpose(x) : x, [units, -1]);
      };
      const [x, y] = [rows(a[name]), rows(aligned[name])];
      const norms = tf.mul(tf.sqrt(tf.sum(tf.square(x), 1)), tf.sqrt(tf.sum(tf.square(y), 1)));
      for (const cosine of await tf.div(tf.sum(tf.mul(x, y), 1), norms).data()) cosines += cosine;
    }
    expect(match.objective).toBeCloseTo(cosines, 4);
    for (let i = 1; i < match.history.length; i++)
      expect(match.history[i]).toBeGreaterThanOrEqual(match.history[i - 1]);
  });

  it('counts parameters that no group touches as a constant', async () => {
    const spec = permutationSpec({ w: '_ h', free: '_' });
    const a = { w: tf.tensor2d([[1, 2]]), free: tf.tensor1d([3]) };
    const b = { w: tf.tensor2d([[5, 4]]), free: tf.tensor1d([10]) };
    // best order [4, 5]: 1·4 + 2·5 = 14, plus 3·10
    const match = await weightMatch(spec, a, b);
    expect(match.permutations.h).toEqual(Int32Array.of(1, 0));
    expect(match.objective).toBe(44);
    expect(match.similarity.h).toEqual(Float64Array.of(4, 10));
  });

  it('similarity is told at the end even when maxSweeps ended the run', async () => {
    const [network] = testNetworks;
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const descent = { method: 'coordinateDescent', start: 'identity' } as const;
    const cut = await weightMatch(network.spec, a, b, {
      ...descent,
      maxSweeps: 1,
      order: 'forward',
    });
    expect(cut.converged).toBe(false);
    expect(cut.sweeps).toBe(1);
    const names = Object.keys(a);
    for (const { name } of network.spec.groups) {
      const touched = names.filter((param) =>
        network.spec.params[param].axes.some(
          (axis) => axis.kind === 'group' && axis.group === name,
        ),
      );
      const total = cut.similarity[name].reduce((sum, value) => sum + value, 0);
      expect(total).toBeCloseTo(await objective(network.spec, a, b, cut.permutations, touched), 3);
    }
  });

  it('is the same whichever exact solver is used', async () => {
    const [network] = testNetworks;
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const one = await weightMatch(network.spec, a, b, { solver: munkres });
    expect(one).toEqual(await weightMatch(network.spec, a, b, { solver: solveAssignment }));
  });
});
