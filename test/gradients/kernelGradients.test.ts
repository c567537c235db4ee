import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectGradients } from '../support/numericGradients';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

/** Values of both signs, away from the kinks at −1, 0, 1 and 6. */
const values = [-2.3, -1.6, -0.7, -0.3, 0.4, 0.8, 1.7, 2.6];
const x = () => tf.tensor2d(values, [2, 4]);
const positive = () => tf.abs(x());
const small = () => tf.mul(x(), 0.3);

type Unary = (x: tf.Tensor) => tf.Tensor;
type Case = readonly [name: string, f: Unary, x: () => tf.Tensor];

const unary: Case[] = [
  ['relu', tf.relu, x],
  ['relu6', tf.relu6, () => tf.mul(x(), 3)],
  ['elu', tf.elu, x],
  ['selu', tf.selu, x],
  ['leakyRelu', (t) => tf.leakyRelu(t, 0.3), x],
  ['leakyRelu of a negative slope', (t) => tf.leakyRelu(t, -0.3), x],
  ['sigmoid', tf.sigmoid, x],
  ['tanh', tf.tanh, x],
  ['softplus', tf.softplus, x],
  ['erf', tf.erf, x],
  ['exp', tf.exp, x],
  ['expm1', tf.expm1, x],
  ['log', tf.log, positive],
  ['log1p', tf.log1p, positive],
  ['sqrt', tf.sqrt, positive],
  ['rsqrt', tf.rsqrt, positive],
  ['square', tf.square, x],
  ['abs', tf.abs, x],
  ['reciprocal', tf.reciprocal, x],
  ['neg', tf.neg, x],
  ['sin', tf.sin, x],
  ['cos', tf.cos, x],
  ['tan', tf.tan, small],
  ['asin', tf.asin, small],
  ['acos', tf.acos, small],
  ['atan', tf.atan, x],
  ['sinh', tf.sinh, x],
  ['cosh', tf.cosh, x],
  ['asinh', tf.asinh, x],
  ['acosh', (t) => tf.acosh(tf.add(t, 1.5)), positive],
  ['atanh', tf.atanh, small],
  ['clipByValue', (t) => tf.clipByValue(t, -1, 1.2), x],
  ['step, whose gradient is 0', (t) => tf.add(tf.step(t), t), x],
  ['mish', (t) => tf.mul(t, tf.tanh(tf.softplus(t))), x],
  ['gelu', (t) => tf.mul(tf.mul(t, 0.5), tf.add(tf.erf(tf.div(t, Math.SQRT2)), 1)), x],
  ['swish', (t) => tf.mul(t, tf.sigmoid(t)), x],
];

const reductions: Case[] = [
  ['sum', (t) => tf.sum(t), x],
  ['sum over an axis', (t) => tf.sum(t, 0), x],
  ['sum over an axis that is kept', (t) => tf.sum(t, -1, true), x],
  ['mean', (t) => tf.mean(t), x],
  ['mean over an axis', (t) => tf.mean(t, 1), x],
  ['max', (t) => tf.max(t), x],
  ['max over an axis', (t) => tf.max(t, 0), x],
  ['min over an axis that is kept', (t) => tf.min(t, 1, true), x],
  ['moments', (t) => tf.moments(t, 0).variance, x],
  ['softmax', (t) => tf.softmax(t), x],
  ['logSoftmax', (t) => tf.logSoftmax(t), x],
  ['logSumExp', (t) => tf.logSumExp(t, 1), x],
  ['norm', (t) => tf.norm(t, 'euclidean', 1), x],
  ['cumsum', (t) => tf.cumsum(t, 1), x],
  ['cumsum, exclusive and in reverse', (t) => tf.cumsum(t, 1, true, true), x],
];

const cube = () => randomTensor([2, 3, 4], 5);
const images = () => randomTensor([2, 4, 4, 4], 6);

const indexing: Case[] = [
  ['reshape', (t) => tf.reshape(t, [4, 2]), x],
  ['expandDims', (t) => tf.expandDims(t, 1), x],
  ['squeeze', (t) => tf.squeeze(tf.expandDims(t, 1)), x],
  ['clone', (t) => tf.clone(t), x],
  ['cast to the same dtype', (t) => tf.cast(t, 'float32'), x],
  ['transpose', (t) => tf.transpose(t, [2, 0, 1]), cube],
  ['slice', (t) => tf.slice(t, [1, 0, 1], [1, -1, 2]), cube],
  ['stridedSlice', (t) => tf.stridedSlice(t, [0, 0, 1], [2, 3, 4], [1, 2, 2]), cube],
  [
    'stridedSlice backwards',
    (t) => tf.stridedSlice(t, [1, 2, 3], [0, 0, 0], [-1, -2, -2], 0, 7),
    cube,
  ],
  [
    'stridedSlice that drops an axis',
    (t) => tf.stridedSlice(t, [0, 1, 0], [2, 2, 4], [1, 1, 1], 0, 0, 0, 0, 2),
    cube,
  ],
  ['concat', (t) => tf.concat([t, tf.square(t), tf.ones([2, 1])], 1), x],
  ['stack', (t) => tf.stack([t, tf.square(t)], 1), x],
  ['unstack', (t) => tf.mul(tf.unstack(t, 1)[1], tf.unstack(t, 1)[2]), x],
  ['split of which one part is used', (t) => tf.square(tf.split(t, [1, 3], 1)[1]), x],
  [
    'pad',
    (t) =>
      tf.pad(
        t,
        [
          [1, 0],
          [2, 1],
        ],
        7,
      ),
    x,
  ],
  [
    'mirrorPad that reflects',
    (t) =>
      tf.mirrorPad(
        t,
        [
          [0, 1],
          [2, 1],
        ],
        'reflect',
      ),
    x,
  ],
  [
    'mirrorPad that is symmetric',
    (t) =>
      tf.mirrorPad(
        t,
        [
          [2, 1],
          [0, 3],
        ],
        'symmetric',
      ),
    x,
  ],
  ['tile', (t) => tf.tile(t, [2, 3]), x],
  ['broadcastTo', (t) => tf.broadcastTo(tf.expandDims(t, 1), [2, 3, 4]), x],
  ['reverse', (t) => tf.reverse(t, 1), x],
  ['gather with repeats', (t) => tf.gather(t, [2, 0, 2, 3], 1), x],
  [
    'gather on the first axis',
    (t) => tf.gather(t, tf.tensor2d([1, 1, 0, 1], [2, 2], 'int32')),
    cube,
  ],
  ['gather on a middle axis', (t) => tf.gather(t, [2, 2, 1, 0], 1), cube],
  [
    'gather in a batch',
    (t) => tf.gather(t, tf.tensor2d([1, 1, 2, 0], [2, 2], 'int32'), 1, 1),
    cube,
  ],
  ['gatherND', (t) => tf.gatherND(t, tf.tensor2d([1, 2, 0, 0, 1, 2], [3, 2], 'int32')), cube],
  ['scatterND', (t) => tf.scatterND(tf.tensor2d([2, 0], [2, 1], 'int32'), t, [3, 4]), x],
  ['tensorScatterUpdate', (t) => tf.tensorScatterUpdate(t, [[1]], tf.square(tf.slice(t, 0, 1))), x],
  ['unsortedSegmentSum', (t) => tf.unsortedSegmentSum(t, tf.tensor1d([2, 2], 'int32'), 3), x],
  ['topk', (t) => tf.topk(t, 2).values, x],
  ['where', (t) => tf.where(tf.greater(t, 0.5), tf.square(t), tf.mul(t, 3)), x],
  ['depthToSpace', (t) => tf.depthToSpace(t as tf.Tensor4D, 2, 'NHWC'), images],
  [
    'spaceToBatchND',
    (t) =>
      tf.spaceToBatchND(
        t,
        [2, 2],
        [
          [0, 2],
          [1, 1],
        ],
      ),
    images,
  ],
  [
    'batchToSpaceND',
    (t) =>
      tf.batchToSpaceND(
        tf.tile(t, [2, 1, 1, 1]),
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    images,
  ],
  ['resizeBilinear', (t) => tf.image.resizeBilinear(t as tf.Tensor4D, [6, 3]), images],
  [
    'resizeNearestNeighbor',
    (t) => tf.image.resizeNearestNeighbor(t as tf.Tensor4D, [8, 4]),
    images,
  ],
];

describe('the gradient agrees with numeric differences', () => {
  it.each([...unary, ...reductions, ...indexing])('of %s', async (_, f, input) => {
    await expectGradients((params) => f(params.x), { x: input() });
  });

  type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  const binary: [string, Binary][] = [
    ['add', tf.add],
    ['sub', tf.sub],
    ['mul', tf.mul],
    ['div', tf.div],
    ['maximum', tf.maximum],
    ['minimum', tf.minimum],
    ['squaredDifference', tf.squaredDifference],
    ['pow', (a, b) => tf.pow(tf.add(tf.abs(a), 0.2), b)],
    ['atan2', tf.atan2],
    ['mod', (a, b) => tf.mod(a, tf.add(tf.abs(b), 4))],
    ['prelu', (a, b) => tf.prelu(a, b)],
    ['addN', (a, b) => tf.addN([tf.add(a, b), tf.mul(a, b)])],
  ];
  const shapes: [number[], number[]][] = [
    [
      [2, 4],
      [2, 4],
    ],
    [[2, 4], [4]],
    [
      [2, 4],
      [2, 1],
    ],
    [
      [2, 4],
      [1, 4],
    ],
    [[2, 4], []],
    [
      [2, 3, 4],
      [3, 1],
    ],
  ];
  /** Values of b that no value of a meets. */
  const b = (shape: number[]) => tf.add(tf.mul(randomTensor(shape, 8, 0.2), 0.5), 1.25);
  const a = (shape: number[]) =>
    tf.slice(
      tf.tensor1d([...values, ...values, ...values]),
      0,
      shape.reduce((p, n) => p * n, 1),
    );

  it.each(binary)('of %s, broadcast in all directions', async (name, f) => {
    for (const [first, second] of shapes) {
      const params: Params = { a: tf.reshape(a(first), first), b: b(second) };
      await expectGradients((own) => f(own.a, own.b), params);
      // prelu broadcasts its slopes alone.
      if (name !== 'prelu') await expectGradients((own) => f(own.b, own.a), params);
    }
  });

  const products: [string, number[], number[], boolean, boolean][] = [];
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const left = transposeA ? [4, 3] : [3, 4];
      const right = transposeB ? [2, 4] : [4, 2];
      for (const [batchA, batchB] of [
        [[], []],
        [[2], [2]],
        [[2], [1]],
        [[1], [3]],
        [
          [1, 2],
          [3, 2],
        ],
      ]) {
        products.push([
          `[${[...batchA, ...left]}]·[${[...batchB, ...right]}]`,
          [...batchA, ...left],
          [...batchB, ...right],
          transposeA,
          transposeB,
        ]);
      }
    }
  }
  it.each(products)('of the product %s', async (_, left, right, transposeA, transposeB) => {
    await expectGradients(({ a, b }) => tf.matMul(a, b, transposeA, transposeB), {
      a: randomTensor(left, 1),
      b: randomTensor(right, 2),
    });
  });

  it.each(['bij,bjk->bik', 'ij,kj->ik', 'ij,j->i', 'bhid,bhjd->bhij', 'ij->j', 'i,j->ij'])(
    'of einsum %s',
    async (equation) => {
      const sizes: Record<string, number> = { b: 2, h: 2, i: 3, j: 2, k: 4, d: 2, l: 2 };
      const operands = equation.split('->')[0].split(',');
      const params = Object.fromEntries(
        operands.map((letters, i) => [
          `x${i}`,
          randomTensor(
            [...letters].map((l) => sizes[l]),
            i + 1,
          ),
        ]),
      );
      await expectGradients((own) => tf.einsum(equation, ...Object.values(own)), params);
    },
  );

  const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
  it.each(activations)('of a fused product with bias and %s', async (activation) => {
    const params: Params = {
      a: randomTensor([3, 4], 1),
      b: randomTensor([4, 2], 2),
      bias: randomTensor([2], 3),
      ...(activation === 'prelu' && { alpha: tf.tensor1d([0.3, -0.4]) }),
    };
    await expectGradients(
      ({ a, b, bias, alpha }) =>
        tf.fused.matMul({
          a: a as tf.Tensor2D,
          b: b as tf.Tensor2D,
          bias,
          activation,
          preluActivationWeights: alpha,
          leakyreluAlpha: -0.3,
        }),
      params,
    );
  });

  it.each([
    ['by channel', [3]],
    ['of full shape', [2, 2, 2, 3]],
  ])('of batch normalisation with statistics %s', async (_, shape) => {
    const params: Params = {
      x: randomTensor([2, 2, 2, 3], 1),
      mean: randomTensor(shape, 2),
      variance: tf.add(tf.square(randomTensor(shape, 3)), 0.5),
      offset: randomTensor(shape, 4),
      scale: randomTensor(shape, 5),
    };
    await expectGradients(
      ({ x, mean, variance, offset, scale }) =>
        tf.batchNorm(
          x,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-2,
        ),
      params,
    );
  });

  it('of batch normalisation with the statistics of the batch', async () => {
    await expectGradients(
      ({ x, scale, offset }) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        return tf.batchNorm(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
        );
      },
      {
        x: randomTensor([2, 2, 2, 3], 1),
        scale: randomTensor([3], 2),
        offset: randomTensor([3], 3),
      },
    );
  });

  it('of layer normalisation and attention', async () => {
    const params = {
      x: randomTensor([2, 3, 4], 1),
      q: randomTensor([1, 4, 4], 2),
      gamma: randomTensor([4], 3),
    };
    await expectGradients(({ x, q, gamma }) => {
      const { mean, variance } = tf.moments(x, -1, true);
      const h = tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), gamma);
      const queries = tf.matMul(h, tf.tile(q, [2, 1, 1]));
      return tf.matMul(tf.softmax(tf.matMul(queries, h, false, true)), h);
    }, params);
  });

  it('of max and min with equal values, which share it', async () => {
    const params = { x: tf.tensor1d([2, 1, 2]) };
    const { valueAndGradients } = await import('perm-lmc');
    const { gradients } = valueAndGradients((own) => tf.max(own.x) as tf.Scalar, params);
    const [first, second, third] = await gradients.x.data();
    if (first !== 0.5 || second !== 0 || third !== 0.5)
      throw new Error(`${[first, second, third]}`);
  });
});
