import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { type Correlation, correlateUnits } from '../../../src/matching/activations/correlateUnits';
import { resolveSpec } from '../../../src/symmetry/internal';
import type { TracedForward } from '../../../src/tracing';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { randomTensor } from '../../support/randomTensor';

await useBackend('cpu');

const spec = permutationSpec({ in: '_ h', bias: 'h', out: 'h _' });
const network = (units: number, seed: number): Params => ({
  in: randomTensor([4, units], seed),
  bias: randomTensor([units], seed + 1),
  out: randomTensor([units, 2], seed + 2),
});
const [a, b] = [network(5, 1), network(7, 10)];
const x = randomTensor([30, 4], 20) as tf.Tensor2D;

const plain: TracedForward = (params, input) =>
  tf.matMul(
    tf.relu(tf.add(tf.matMul(input, params.in as tf.Tensor2D), params.bias)),
    params.out as tf.Tensor2D,
  );
const fused: TracedForward = (params, input) =>
  tf.matMul(
    tf.fused.matMul({
      ...{ a: input, b: params.in as tf.Tensor2D },
      ...{ bias: params.bias, activation: 'relu' },
    }) as tf.Tensor2D,
    params.out as tf.Tensor2D,
  );

describe('the correlations of the units of several networks', () => {
  const sides = ['before', 'after'] as const;
  const engines = ['packed', 'backend'] as const;

  it.each(sides.flatMap((side) => engines.map((engine) => [side, engine] as const)))(
    'are those of all activations at once: %s the nonlinearity, %s engine',
    async (side, engine) => {
      const all = tf.tidy(() =>
        tf.concat(
          [a, b].map((params) => {
            const z = tf.add(tf.matMul(x, params.in as tf.Tensor2D), params.bias);
            return tf.transpose(side === 'after' ? tf.relu(z) : z);
          }),
        ),
      );
      const expected = correlationsOf((await all.array()) as number[][]);
      for (const forward of [plain, fused]) {
        for (const batchSize of [30, 7]) {
          const found = await correlations([a, b], { forward, side, engine, batchSize });
          expectClose(found, expected);
        }
      }
      all.dispose();
    },
  );

  it('are those before a nonlinearity where something else takes the output, too', async () => {
    const forward: TracedForward = (params, input) => {
      const z = tf.add(tf.matMul(input, params.in as tf.Tensor2D), params.bias);
      return tf.matMul(tf.add(tf.relu(z), z), params.out as tf.Tensor2D);
    };
    const [after, before] = [
      await correlations([a], { forward, side: 'after' }),
      await correlations([a], { forward, side: 'before' }),
    ];
    expect(after).toEqual(before);
  });

  it('are 1 between units that never vary, and 0 between such a unit and others', async () => {
    const dead = { ...a, bias: tf.tensor1d([-1000, 0, 0, -1000, 0]) };
    const found = await correlations([dead, b], { forward: plain, side: 'after' });
    expect([...found.slice(0, 12)]).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(found[13]).toBeCloseTo(1, 6);
    dead.bias.dispose();
  });

  it('are the means over the tensors that carry the group', async () => {
    const forward: TracedForward = (params, input) =>
      tf.matMul(
        tf.mul(tf.matMul(input, params.in as tf.Tensor2D), params.bias),
        params.out as tf.Tensor2D,
      );
    const of = (capture: Correlation['capture']) => correlations([a, b], { forward, capture });
    const [first, last, all] = [await of('first'), await of('last'), await of('all')];
    expectClose(
      all,
      first.map((value, at) => (value + last[at]) / 2),
    );
    expect(Math.abs(first[1] - last[1]) + Math.abs(first[2] - last[2])).toBeGreaterThan(0.1);
  });

  it('take the positions of a convolution as samples', async () => {
    const conv = permutationSpec({ kernel: '_ _ _ h', out: 'h _' });
    const params = { kernel: randomTensor([3, 3, 1, 4], 3), out: randomTensor([4, 2], 4) };
    const images = randomTensor([5, 6, 6, 1], 5) as tf.Tensor4D;
    const convolve = () => tf.conv2d(images, params.kernel as tf.Tensor4D, 1, 'same');
    const forward: TracedForward = ({ kernel, out }, input) =>
      tf.matMul(
        tf.mean(tf.relu(tf.conv2d(input, kernel as tf.Tensor4D, 1, 'same')), [1, 2]),
        out as tf.Tensor2D,
      );
    const rows = tf.tidy(() => tf.transpose(tf.reshape(tf.relu(convolve()), [-1, 4])));
    const expected = correlationsOf((await rows.array()) as number[][]);
    const found = await correlations([params], { forward, inputs: images }, conv);
    expectClose(found, expected);
    tf.dispose([params, images, rows]);
  });

  it('refuse activations that are not finite, by the name of the network', async () => {
    const broken = { ...b, bias: tf.fill([7], Number.NaN) };
    const refused = expectNoLeak(() => correlations([a, broken], { forward: plain }));
    expect(String(await refused)).toMatch(/activations of group 'h' in networks\[1\] hold NaN/);
    broken.bias.dispose();
  });

  it('refuse networks that give other samples', async () => {
    const activations = (params: Params) => ({
      h: params === a ? randomTensor([6, 5], 1) : randomTensor([8, 7], 1),
    });
    const refused = expectNoLeak(() => correlations([a, b], { activations }));
    expect(String(await refused)).toMatch(
      /shape \[6,5\] in networks\[0\] and \[8,7\] in networks\[1\]/,
    );
  });
});

async function correlations(
  networks: readonly Params[],
  options: Partial<Correlation>,
  own: PermutationSpec = spec,
): Promise<Float64Array> {
  const found = await correlateUnits(
    networks.map((params, k) => {
      return { name: `networks[${k}]`, params, resolved: resolveSpec(own, params) };
    }),
    ['h'],
    {
      ...{ capture: 'last', side: 'after', inputs: x, batchSize: 10, engine: 'packed' },
      ...{ signal: undefined, yieldPoint: async () => {}, onBatch: () => {} },
      ...options,
    },
  );
  return found.get('h')!;
}

/** Pearson's correlation of every two rows, by its definition. */
function correlationsOf(rows: readonly (readonly number[])[]): number[] {
  const centred = rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    return row.map((value) => value - mean);
  });
  const dot = (one: readonly number[], other: readonly number[]) =>
    one.reduce((sum, value, at) => sum + value * other[at], 0);
  const lengths = centred.map((row) => Math.sqrt(dot(row, row)));
  return centred.flatMap((one, i) =>
    centred.map((other, j) =>
      lengths[i] * lengths[j] === 0 ? 0 : dot(one, other) / (lengths[i] * lengths[j]),
    ),
  );
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found).toHaveLength(expected.length);
  for (let at = 0; at < expected.length; at++) expect(found[at]).toBeCloseTo(expected[at], 5);
}
