import * as tf from '@tensorflow/tfjs-core';
import { permute, randomPermutations } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import {
  softNetwork,
  softNetworkGradients,
} from '../../../../src/matching/learned/sinkhorn/softNetwork';
import { randomSource } from '../../../../src/runtime';
import { resolveSpec } from '../../../../src/symmetry/internal';
import { useBackend } from '../../../support/backend';
import { attention, fibredNetworks } from '../../../support/fibredNetworks';
import { expectNoLeak, expectSameParams } from '../../../support/invariants';
import { randomParams, testNetworks } from '../../../support/networks';

await useBackend('cpu');

/** The matrix of a permutation: a 1 at [i, p[i]]. */
function matrixOf(p: Int32Array): tf.Tensor2D {
  return tf.tidy(() =>
    tf.cast(tf.oneHot(tf.tensor1d(p, 'int32'), p.length) as tf.Tensor2D, 'float32'),
  );
}

describe('softNetwork', () => {
  it.each([...testNetworks, ...fibredNetworks])(
    'at the matrices of permutations is the permuted network: $name',
    async (network) => {
      const params = randomParams(network, 1);
      const held = randomPermutations(network.spec, params, { seed: 2 });
      const matrices = Object.fromEntries(
        Object.entries(held).map(([name, p]) => [name, matrixOf(p)]),
      );
      const resolved = resolveSpec(network.spec, params);
      const soft = softNetwork(resolved, params, { matrices, held });
      await expectSameParams(soft, permute(network.spec, params, held), 1e-6);
    },
  );

  it('is linear in the matrix of a group that is once on each parameter', async () => {
    const [mlp] = testNetworks;
    const params = randomParams(mlp, 1);
    const resolved = resolveSpec(mlp.spec, params);
    const [p, q] = [3, 4].map((seed) => randomPermutations(mlp.spec, params, { seed }));
    const of = (permutations: typeof p) =>
      Object.fromEntries(
        Object.entries(permutations).map(([name, each]) => [name, matrixOf(each)]),
      );
    const [group] = Object.keys(p);
    const half = tf.mul(tf.add(matrixOf(p[group]), matrixOf(q[group])), 0.5) as tf.Tensor2D;
    const [one, other, between] = [
      of(p),
      { ...of(p), [group]: of(q)[group] },
      { ...of(p), [group]: half },
    ].map((matrices) => softNetwork(resolved, params, { matrices, held: {} }));
    const mean = Object.fromEntries(
      Object.keys(params).map((name) => [name, tf.mul(tf.add(one[name], other[name]), 0.5)]),
    );
    await expectSameParams(between, mean, 1e-6);
  });

  it.each([
    testNetworks[0],
    testNetworks[2],
    testNetworks[3],
    attention,
    ...fibredNetworks.slice(1),
  ])(
    'has gradients by its matrices that agree with numeric differences: $name',
    async (network) => {
      const params = randomParams(network, 1);
      const upstream = randomParams(network, 2);
      const resolved = resolveSpec(network.spec, params);
      const held = randomPermutations(network.spec, params, { seed: 3 });
      const inside = new Set(
        resolved.places.filter(({ coupling }) => coupling?.inner != null).map(({ group }) => group),
      );
      const matrices = Object.fromEntries(
        resolved.groups.map(({ name, size }, at) => [
          name,
          inside.has(name)
            ? matrixOf(held[name])
            : (tf.randomUniform([size, size], 0, 1, 'float32', at + 1) as tf.Tensor2D),
        ]),
      );
      const gradients = (await expectNoLeak(
        () => softNetworkGradients(resolved, params, { matrices, held }, upstream),
        new Set(resolved.places.map(({ group }) => group)).size,
      )) as Record<string, tf.Tensor2D>;
      const random = randomSource(5);
      for (const [group, gradient] of Object.entries(gradients)) {
        if (inside.has(group)) continue;
        // Along a direction, ∂⟨C, θ(P)⟩ is ⟨∂L/∂P, direction⟩.
        const direction = tf.randomNormal(gradient.shape, 0, 1, 'float32', random.below(1e6));
        const loss = async (step: number) => {
          const moved = tf.add(matrices[group], tf.mul(direction, step)) as tf.Tensor2D;
          const soft = softNetwork(resolved, params, {
            matrices: { ...matrices, [group]: moved },
            held,
          });
          let sum = 0;
          for (const [name, x] of Object.entries(soft)) {
            if (x.dtype !== 'float32') continue;
            const [own, other] = [await x.data(), await upstream[name].data()];
            own.forEach((value, at) => {
              sum += value * other[at];
            });
          }
          return sum;
        };
        const step = 1 / 64;
        const numeric = ((await loss(step)) - (await loss(-step))) / (2 * step);
        const [exact] = await tf.sum(tf.mul(gradient, direction)).data();
        expect(Math.abs(exact - numeric)).toBeLessThan(1e-2 * (1 + Math.abs(numeric)));
      }
    },
  );
});
