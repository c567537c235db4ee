import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import {
  InvalidInputError,
  type OtFusionProgress,
  otFusion,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  widen,
} from '../../../src';
import { expectNoLeak } from '../../support/invariants';

const spec = permutationSpec({
  ...{ w1: '_ h1>', b1: 'h1>', w2: '>h1 h2>', b2: 'h2>' },
  ...{ w3: '>h2 _', b3: '_' },
});

/** An MLP with 5 inputs, and 3 outputs. */
function network(h1: number, h2: number, seed: number): Params {
  const draw = (shape: number[], k: number) => tf.randomNormal(shape, 0, 1, 'float32', seed + k);
  return {
    ...{ w1: draw([5, h1], 1), b1: draw([h1], 2) },
    ...{ w2: draw([h1, h2], 3), b2: draw([h2], 4) },
    ...{ w3: draw([h2, 3], 5), b3: draw([3], 6) },
  };
}

const x = tf.randomNormal([20, 5], 0, 1, 'float32', 9);
const forward = (p: Params, input: tf.Tensor) => {
  const h1 = tf.relu(tf.add(tf.matMul(input as tf.Tensor2D, p.w1 as tf.Tensor2D), p.b1));
  const h2 = tf.relu(tf.add(tf.matMul(h1 as tf.Tensor2D, p.w2 as tf.Tensor2D), p.b2));
  return tf.add(tf.matMul(h2 as tf.Tensor2D, p.w3 as tf.Tensor2D), p.b3);
};
const outputs = (params: Params) => tf.tidy(() => forward(params, x)).data();

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, within: number): void {
  expect(found.length).toBe(wanted.length);
  const differences = Array.from(found, (value, i) => Math.abs(value - wanted[i]));
  expect(Math.max(...differences)).toBeLessThanOrEqual(within);
}

describe('otFusion', () => {
  it('moves two units to one as their mean and their sum', async () => {
    // T = (½, ½), μ = 1, ν = ½: producers ½·2 + ½·2, consumers (½/½)·3 + (½/½)·5.
    const one = permutationSpec({ in: '_ h>', out: '>h _' });
    const a = { in: tf.tensor2d([[1], [1]]), out: tf.tensor2d([[6]]) };
    const b = {
      in: tf.tensor2d([
        [2, 2],
        [0, 0],
      ]),
      out: tf.tensor2d([[3], [5]]),
    };
    const { params, plans } = await otFusion(one, a, b, { alpha: 1 });
    expect(plans.h).toEqual({
      ...{ a: Int32Array.of(0, 0), b: Int32Array.of(0, 1) },
      mass: Float64Array.of(0.5, 0.5),
    });
    expectClose(await params.in.data(), [2, 0], 1e-7);
    expectClose(await params.out.data(), [8], 1e-7);
  });

  it('divides the consumers of a unit between those that it moves to', async () => {
    // A has units at 0 and 10, B one at 4 of consumer 6: T = (½, ½)ᵀ, R = (1, 1)ᵀ, S = (½, ½)ᵀ.
    const one = permutationSpec({ in: '_ h>', out: '>h _' });
    const a = { in: tf.tensor2d([[0, 10]]), out: tf.tensor2d([[2], [4]]) };
    const b = { in: tf.tensor2d([[4]]), out: tf.tensor2d([[6]]) };
    const { params } = await otFusion(one, a, b, { alpha: 0.25 });
    expectClose(await params.in.data(), [1, 8.5], 1e-6);
    expectClose(await params.out.data(), [2.25, 3.75], 1e-6);
  });

  it('finds a planted permutation at equal widths', async () => {
    const a = network(8, 6, 1);
    const b = permute(spec, a, randomPermutations(spec, a, { seed: 3 }));
    const { params, plans } = await otFusion(spec, a, b);
    for (const name of Object.keys(a)) {
      expectClose(await params[name].data(), await a[name].data(), 1e-6);
    }
    expect(new Set(plans.h1.b).size).toBe(8);
    expect(plans.h1.mass).toEqual(new Float64Array(8).fill(1 / 8));
  });

  it('keeps the function of b at equal widths and α = 1', async () => {
    const [a, b] = [network(8, 6, 1), network(8, 6, 50)];
    const { params } = await otFusion(spec, a, b, { alpha: 1 });
    expectClose(await outputs(params), await outputs(b), 1e-4);
  });

  it('takes a network with copied units back to the network', async () => {
    const a = network(4, 3, 1);
    const { params: wide } = await widen(spec, a, { h1: 12, h2: 9 }, { fill: 'copy' });
    const shuffled = permute(spec, wide, randomPermutations(spec, wide, { seed: 5 }));
    const { params, spec: merged } = await otFusion(spec, a, shuffled, { alpha: 1 });
    expect(params.w2.shape).toEqual([4, 3]);
    expect(merged.groups.map(({ name }) => name)).toEqual(['h1', 'h2']);
    for (const name of Object.keys(a)) {
      expectClose(await params[name].data(), await a[name].data(), 1e-5);
    }
  });

  it('moves a network to copies of its units without a change of its function', async () => {
    const b = network(4, 3, 1);
    const { params: wide } = await widen(spec, b, { h1: 12, h2: 9 }, { fill: 'copy' });
    const { params } = await otFusion(spec, wide, b, { alpha: 0.3 });
    expect(params.w2.shape).toEqual([12, 9]);
    expectClose(await outputs(params), await outputs(b), 1e-4);
  });

  it('gives a at α = 0', async () => {
    const [a, b] = [network(4, 6, 1), network(7, 5, 50)];
    const { params } = await otFusion(spec, a, b, { alpha: 0 });
    for (const name of Object.keys(a)) {
      expect(await params[name].data()).toEqual(await a[name].data());
    }
  });

  it('does not compare weights between two units of one group', async () => {
    const cell = permutationSpec({ in: '_ h>', again: '>h h>', out: '>h _' });
    const make = (units: number, seed: number) => ({
      in: tf.randomNormal([4, units], 0, 1, 'float32', seed),
      again: tf.randomNormal([units, units], 0, 1, 'float32', seed + 1),
      out: tf.randomNormal([units, 2], 0, 1, 'float32', seed + 2),
    });
    const a = make(5, 1);
    const { params } = await otFusion(cell, a, make(7, 20), { alpha: 0.5 });
    expect(params.again.shape).toEqual([5, 5]);
    const planted = permute(cell, a, randomPermutations(cell, a, { seed: 2 }));
    const { params: same } = await otFusion(cell, a, planted);
    expectClose(await same.again.data(), await a.again.data(), 1e-6);
  });

  it('averages moving variances and leaves them out of the comparison', async () => {
    const norm = permutationSpec({
      ...{ kernel: '_ h>', 'bn/gamma': 'h>', 'bn/beta': 'h>' },
      ...{ 'bn/moving_mean': 'h>', 'bn/moving_variance': 'h>', out: '>h _' },
    });
    const make = (kernel: number[], variance: number[]) => ({
      kernel: tf.tensor2d([kernel]),
      'bn/gamma': tf.onesLike(tf.tensor1d(kernel)),
      'bn/beta': tf.zerosLike(tf.tensor1d(kernel)),
      'bn/moving_mean': tf.zerosLike(tf.tensor1d(kernel)),
      'bn/moving_variance': tf.tensor1d(variance),
      out: tf.ones([kernel.length, 1]),
    });
    // Units 0, 1 of B are nearest to unit 0 of A by their kernels, whatever their variances are.
    const a = make([1, 5], [90, 1]);
    const b = make([1, 2, 4, 6], [1, 3, 80, 100]);
    const { params } = await otFusion(norm, a, b, { alpha: 1 });
    expectClose(await params['bn/moving_variance'].data(), [2, 90], 1e-5);
  });

  it('reports each group', async () => {
    const [a, b] = [network(4, 6, 1), network(7, 5, 50)];
    const steps: OtFusionProgress[] = [];
    await otFusion(spec, a, b, { onProgress: (step) => steps.push(step) });
    expect(steps).toEqual([
      { group: 'h1', done: 1, total: 2 },
      { group: 'h2', done: 2, total: 2 },
    ]);
  });

  it('leaks nothing, when it ends and when it is aborted after a group', async () => {
    const [a, b] = [network(4, 6, 1), network(7, 5, 50)];
    const merged = await expectNoLeak(() => otFusion(spec, a, b), 6);
    expect(merged).not.toBeInstanceOf(Error);
    const abort = new AbortController();
    const work = () =>
      otFusion(spec, a, b, { signal: abort.signal, onProgress: () => abort.abort() });
    const error = await expectNoLeak(work);
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});

describe('otFusion refuses', () => {
  const [a, b] = [network(4, 6, 1), network(7, 5, 50)];
  const refused = async (...args: Parameters<typeof otFusion>) => {
    const error = await otFusion(...args).catch((each) => each);
    expect(error).toBeInstanceOf(InvalidInputError);
    return error as InvalidInputError;
  };

  it('an alpha out of range', async () => {
    expect(await refused(spec, a, b, { alpha: 1.5 })).toMatchObject({
      ...{ param: 'alpha', received: 1.5 },
    });
  });

  it('a group without roles', async () => {
    const plain = permutationSpec({ in: '_ h', out: 'h _' });
    const own = { in: tf.ones([2, 3]), out: tf.ones([3, 1]) };
    expect((await refused(plain, own, own)).message).toContain("'h'");
  });

  it('a group inside another', async () => {
    const inner = permutationSpec({ q: '_ (h d[h])>', o: '>(h d[h]) _' }, { sizes: { h: 2 } });
    const own = { q: tf.ones([2, 6]), o: tf.ones([6, 1]) };
    expect((await refused(inner, own, own)).message).toContain("inside the units of group 'h'");
  });

  it('units that are read together', async () => {
    const joint = permutationSpec({ in: '_ h>', out: '>h _' }, { joint: { h: ['layerNorm'] } });
    const own = { in: tf.ones([2, 3]), out: tf.ones([3, 1]) };
    expect((await refused(joint, own, own)).message).toContain('layerNorm');
  });

  it('weights that are not finite, and leaks nothing', async () => {
    const bad = { ...b, b2: tf.tensor1d([1, NaN, 0, 0, 0]) };
    const error = await expectNoLeak(() => otFusion(spec, a, bad));
    expect(error).toMatchObject({ name: 'InvalidInputError', param: 'b2' });
  });
});
