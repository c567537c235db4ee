import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withFastProducts } from '../../src/runtime';
import { interceptKernels } from '../../src/tracing/capture/interceptKernels';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';

await useBackend('wasm');

afterEach(() => vi.restoreAllMocks());

/** The attributes of the products that run, in a list that grows. */
function watchedProducts(): { transposeA?: boolean; transposeB?: boolean; rank: number }[] {
  const seen: { transposeA?: boolean; transposeB?: boolean; rank: number }[] = [];
  for (const name of ['BatchMatMul', '_FusedMatMul']) {
    const kernel = tf.getKernel(name, 'wasm');
    const { kernelFunc } = kernel;
    vi.spyOn(kernel, 'kernelFunc').mockImplementation((given) => {
      seen.push({ ...given.attrs, rank: given.inputs.a!.shape.length });
      return kernelFunc(given);
    });
  }
  return seen;
}

/** Σₖ a[i, k]·b[k, j] in float64, of two matrices or of each matrix of a batch with one matrix. */
async function expected(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean) {
  const [x, y] = [await a.data(), await b.data()];
  const [rowsA, columnsA] = a.shape.slice(-2);
  const [rowsB, columnsB] = b.shape.slice(-2);
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const n = transposeB ? rowsB : columnsB;
  const values: number[] = [];
  for (let from = 0; from < x.length; from += m * k) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) {
          const left = transposeA ? x[from + l * columnsA + i] : x[from + i * columnsA + l];
          sum += left * (transposeB ? y[j * columnsB + l] : y[l * columnsB + j]);
        }
        values.push(sum);
      }
    }
  }
  return values;
}

async function expectProduct(found: tf.Tensor, wanted: readonly number[]): Promise<void> {
  const values = await found.data();
  expect(values).toHaveLength(wanted.length);
  for (const [i, value] of values.entries()) expect(Math.abs(value - wanted[i])).toBeLessThan(1e-4);
}

/** The values that a function computes on the cpu backend. */
async function onCpu(run: () => tf.Tensor): Promise<number[]> {
  await useBackend('cpu');
  const result = run();
  const values = [...(await result.data())];
  result.dispose();
  await useBackend('wasm');
  return values;
}

/** Sizes [m, k, n] for each way: few rows, few columns, a short sum, a long one, about the same. */
const sizes = [
  [2, 160, 128],
  [128, 96, 3],
  [90, 3, 200],
  [40, 500, 40],
  [64, 64, 64],
] as const;

describe.each([
  ['A·Bᵀ', false, true],
  ['Aᵀ·B', true, false],
  ['Aᵀ·Bᵀ', true, true],
] as const)('%s', (_, transposeA, transposeB) => {
  it.each(sizes)('of [%i, %i, %i] runs without a product that transposes', async (m, k, n) => {
    const a = randomTensor(transposeA ? [k, m] : [m, k], 1) as tf.Tensor2D;
    const b = randomTensor(transposeB ? [n, k] : [k, n], 2) as tf.Tensor2D;
    const wanted = await expected(a, b, transposeA, transposeB);
    const seen = watchedProducts();
    const run = () => withFastProducts(() => tf.matMul(a, b, transposeA, transposeB));
    const found = (await expectNoLeak(run, 1)) as tf.Tensor;
    expect(found.shape).toEqual([m, n]);
    expect(seen).toEqual([{ transposeA: false, transposeB: false, rank: 3 }]);
    await expectProduct(found, wanted);
    tf.dispose([a, b, found]);
  });

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'with a bias and %s is the fused product of the cpu backend',
    async (activation) => {
      for (const [m, k] of [
        [2, 5],
        [2, 150],
        [70, 150],
      ]) {
        const fused = () =>
          tf.tidy(() => {
            const a = randomTensor(transposeA ? [k, m] : [m, k], 1) as tf.Tensor2D;
            const b = randomTensor(transposeB ? [100, k] : [k, 100], 2) as tf.Tensor2D;
            const bias = randomTensor([100], 3);
            const slopes = activation === 'prelu' && randomTensor([100], 4);
            return tf.fused.matMul({
              ...{ a, b, bias, transposeA, transposeB, activation, leakyreluAlpha: 0.3 },
              ...(slopes && { preluActivationWeights: slopes }),
            });
          });
        const seen = watchedProducts();
        const found = (await expectNoLeak(() => withFastProducts(fused), 1)) as tf.Tensor;
        expect(seen).toMatchObject([{ transposeA: false, transposeB: false }]);
        expect(found.shape).toEqual([m, 100]);
        await expectProduct(found, await onCpu(fused));
        vi.restoreAllMocks();
      }
    },
  );
});

it('fused products of batches are those of the cpu backend', async () => {
  for (const [shapeA, shapeB, transposeA] of [
    [[3, 20, 60], [3, 60, 30], false],
    [[3, 60, 20], [1, 60, 30], true],
    [[3, 20, 60], [60, 30], false],
  ] as const) {
    const fused = () =>
      tf.tidy(() => {
        const a = randomTensor([...shapeA], 1) as tf.Tensor3D;
        const b = randomTensor([...shapeB], 2) as tf.Tensor3D;
        return tf.fused.matMul({
          a,
          b,
          transposeA,
          bias: randomTensor([30], 3),
          activation: 'relu',
        });
      });
    const found = withFastProducts(fused);
    expect(found.shape).toEqual([3, 20, 30]);
    await expectProduct(found, await onCpu(fused));
  }
});

it('a batch that is multiplied by one matrix is multiplied as one matrix', async () => {
  const a = randomTensor([2, 3, 10, 40], 1) as tf.Tensor4D;
  for (const [shape, transposeB] of [
    [[40, 50], false],
    [[1, 1, 40, 50], false],
    [[50, 40], true],
  ] as const) {
    const b = randomTensor([...shape], 2) as tf.Tensor4D;
    const wanted = await expected(a, b, false, transposeB);
    const seen = watchedProducts();
    const run = () => withFastProducts(() => tf.matMul(a, b, false, transposeB));
    const found = (await expectNoLeak(run, 1)) as tf.Tensor;
    expect(found.shape).toEqual([2, 3, 10, 50]);
    expect(seen).toEqual([{ transposeA: false, transposeB: false, rank: 3 }]);
    await expectProduct(found, wanted);
    vi.restoreAllMocks();
  }
});

it('leaves what the kernel does as well: small products, and batches of different matrices', async () => {
  const small = [randomTensor([3, 4], 1), randomTensor([5, 4], 2)] as tf.Tensor2D[];
  const batches = [randomTensor([6, 30, 20], 1), randomTensor([6, 40, 20], 2)] as tf.Tensor3D[];
  for (const [a, b] of [small, batches]) {
    const seen = watchedProducts();
    const [found, plain] = [
      withFastProducts(() => tf.matMul(a, b, false, true)),
      tf.matMul(a, b, false, true),
    ];
    expect(seen[0]).toEqual(seen[1]);
    expect(await found.data()).toEqual(await plain.data());
    vi.restoreAllMocks();
  }
});

it('gives the errors of the kernel', () => {
  const [a, b] = [tf.zeros([30, 40]), tf.zeros([30, 50])] as tf.Tensor2D[];
  expect(() => withFastProducts(() => tf.matMul(a, b, false, true))).toThrow('inner shapes');
  const integers = tf.zeros<tf.Rank.R2>([30, 40], 'int32');
  expect(() => withFastProducts(() => tf.matMul(integers, integers, false, true))).toThrow(
    'not yet supported',
  );
  expect(Object.keys(tf.engine())).not.toContain('runKernel');
});

it('values that are a right operand in two shapes are multiplied in each', async () => {
  // tfjs-wasm would take [6, 4] again for [4, 6], and write 4 · 6 values into a result of 2 · 6.
  const b = randomTensor([6, 4], 3) as tf.Tensor2D;
  const turned = tf.reshape(b, [4, 6]) as tf.Tensor2D;
  const [x, y] = [randomTensor([2, 6], 1), randomTensor([2, 4], 2)] as tf.Tensor2D[];
  const [first, second] = withFastProducts(() => [tf.matMul(x, b), tf.matMul(y, turned)]);
  await expectProduct(first, await expected(x, b, false, false));
  await expectProduct(second, await expected(y, turned, false, false));
});

it('a hook of kernels sees the calls as the function makes them', () => {
  const [a, b] = [tf.ones([64, 64]), tf.ones([64, 64])] as tf.Tensor2D[];
  const names: unknown[] = [];
  const seen = watchedProducts();
  tf.tidy(() =>
    withFastProducts(() =>
      interceptKernels(
        {
          onKernel(call) {
            names.push([call.name, call.attrs]);
            return call.run();
          },
        },
        () => withFastProducts(() => tf.relu(tf.matMul(a, b, false, true))),
      ),
    ),
  );
  expect(names).toEqual([
    ['BatchMatMul', { transposeA: false, transposeB: true }],
    ['Relu', {}],
  ]);
  expect(seen).toEqual([{ transposeA: false, transposeB: false, rank: 3 }]);
});

it('products of other backends are left as they are', async () => {
  await useBackend('cpu');
  const kernel = tf.getKernel('BatchMatMul', 'cpu');
  const spy = vi.spyOn(kernel, 'kernelFunc');
  const [a, b] = [tf.ones([64, 64]), tf.ones([64, 64])] as tf.Tensor2D[];
  withFastProducts(() => tf.matMul(a, b, false, true));
  expect(spy.mock.calls[0][0].attrs).toEqual({ transposeA: false, transposeB: true });
  await useBackend('wasm');
});
