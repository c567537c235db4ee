import * as tf from '@tensorflow/tfjs-core';
import { type Params, valueAndGradients } from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { expectGradients } from '../support/numericGradients';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

const mlp = (): Params => ({
  w1: randomTensor([4, 5], 1),
  b1: randomTensor([5], 2),
  w2: randomTensor([5, 3], 3),
});

const logits = ({ w1, b1, w2 }: Params, x: tf.Tensor) =>
  tf.matMul(tf.tanh(tf.add(tf.matMul(x, w1), b1)), w2);

/** Takes away the gradient that tfjs-layers, which another test may import, registers for a kernel. */
function withoutGradientOf(kernel: string) {
  const registered = tf.getGradient(kernel);
  beforeAll(() => registered && tf.unregisterGradient(kernel));
  afterAll(() => registered && tf.registerGradient(registered));
}

describe('valueAndGradients', () => {
  it('gives the value and the gradients of a hand-checked loss', async () => {
    // loss = (2·3 + 1)² = 49: d/dw = 2·7·3 = 42, d/db = 2·7 = 14.
    const loss = ({ w, b }: Params) => tf.square(tf.add(tf.mul(w, 3), b)) as tf.Scalar;
    const { value, gradients } = valueAndGradients(loss, { w: tf.scalar(2), b: tf.scalar(1) });
    expect([...(await value.data())]).toEqual([49]);
    expect([...(await gradients.w.data())]).toEqual([42]);
    expect([...(await gradients.b.data())]).toEqual([14]);
  });

  it('differentiates a fully connected network', async () => {
    await expectGradients((params) => logits(params, randomTensor([6, 4], 7)), mlp());
  });

  it('adds up the gradients of a parameter that is used twice', async () => {
    // y = w·w + w: dy/dw = 2w + 1.
    const loss = ({ w }: Params) => tf.sum(tf.add(tf.mul(w, w), w));
    const { gradients } = valueAndGradients(loss, { w: tf.tensor1d([1, -2]) });
    expect([...(await gradients.w.data())]).toEqual([3, -3]);
  });

  it('tells two names of one tensor apart', async () => {
    const w = tf.scalar(3);
    const { gradients } = valueAndGradients(({ a, b }) => tf.mul(a, tf.square(b)), { a: w, b: w });
    expect([...(await gradients.a.data())]).toEqual([9]);
    expect([...(await gradients.b.data())]).toEqual([18]);
  });

  it('gives zeros for a parameter that the loss does not use', async () => {
    const params = { w: tf.scalar(3), unused: tf.ones([2, 2]) };
    const { gradients } = valueAndGradients(({ w }) => tf.square(w) as tf.Scalar, params);
    expect(gradients.unused.shape).toEqual([2, 2]);
    expect([...(await gradients.unused.data())]).toEqual([0, 0, 0, 0]);
  });

  it('gives no gradient for parameters that are not float32', () => {
    const params = { w: tf.ones([3]), counts: tf.tensor1d([0, 1, 2], 'int32') };
    const loss = ({ w, counts }: Params) => tf.sum(tf.mul(w, counts));
    expect(Object.keys(valueAndGradients(loss, params).gradients)).toEqual(['w']);
  });

  it('returns a parameter that is the loss itself, with a gradient of 1', async () => {
    const w = tf.scalar(3);
    const found = await expectNoLeak(
      () => valueAndGradients((own) => own.w as tf.Scalar, { w }),
      2,
    );
    if (found instanceof Error) throw found;
    expect([...(await found.value.data())]).toEqual([3]);
    expect([...(await found.gradients.w.data())]).toEqual([1]);
    expect(w.isDisposed).toBe(false);
  });

  it('takes variables, and tensors that the loss disposes', async () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const loss = (own: Params) => {
      const squares = tf.square(own.w);
      const sum = tf.sum(tf.mul(squares, squares));
      tf.dispose([squares, own]);
      return sum;
    };
    const { gradients } = valueAndGradients(loss, { w });
    expect([...(await gradients.w.data())]).toEqual([4, 32]);
    expect(w.isDisposed).toBe(false);
    w.dispose();
  });

  it('leaves the engine as it was', () => {
    const state = () => Object.getOwnPropertyDescriptors(tf.engine());
    const before = state();
    valueAndGradients(({ w }) => tf.square(w) as tf.Scalar, { w: tf.scalar(1) });
    expect(state()).toEqual(before);
  });

  it('works inside itself, on a loss that is made of gradients', async () => {
    // d/dw (d/dv v³ at v = w)² = d/dw 9w⁴ = 36w³.
    const cube = ({ v }: Params) => tf.mul(v, tf.square(v)) as tf.Scalar;
    const loss = ({ w }: Params) => tf.square(valueAndGradients(cube, { v: w }).gradients.v);
    const { gradients } = valueAndGradients(loss as (own: Params) => tf.Scalar, {
      w: tf.scalar(2),
    });
    expect([...(await gradients.w.data())]).toEqual([288]);
  });
});

describe('an operation without a rule', () => {
  const x = tf.ones([1, 1, 1, 2]);
  const loss = (own: Params) =>
    tf.sum(tf.localResponseNormalization(own.x as tf.Tensor4D)) as tf.Scalar;
  const register = (gradient: () => tf.Tensor) =>
    tf.registerGradient({ kernelName: 'LRN', gradFunc: () => ({ x: gradient }) });
  withoutGradientOf('LRN');

  it('is differentiated by a gradient that the caller registers', async () => {
    register(() => tf.fill([1, 1, 1, 2], 7));
    const { gradients } = valueAndGradients(loss, { x });
    tf.unregisterGradient('LRN');
    expect([...(await gradients.x.data())]).toEqual([7, 7]);
  });

  it('is refused where the registered gradient has another shape', async () => {
    register(() => tf.ones([3]));
    const error = await expectNoLeak(() => valueAndGradients(loss, { x }));
    tf.unregisterGradient('LRN');
    expect(String(error)).toMatch(/gradient of the operation LRN by its input 'x'/);
  });

  it('does not matter where the loss does not use its result', async () => {
    const unused = (own: Params) => {
      loss(own);
      return tf.sum(own.x) as tf.Scalar;
    };
    const { gradients } = valueAndGradients(unused, { x });
    expect([...(await gradients.x.data())]).toEqual([1, 1]);
  });
});

describe('valueAndGradients refuses', () => {
  withoutGradientOf('LRN');
  const w = tf.ones([2]);
  const refusals: [string, (params: Params) => unknown, RegExp][] = [
    [
      'a loss that is no scalar',
      (own) => tf.square(own.w),
      /float32 scalar, received a tensor \[2\] of float32/,
    ],
    [
      'an integer loss',
      (own) => tf.cast(tf.sum(own.w), 'int32'),
      /received a tensor \[\] of int32/,
    ],
    ['a loss that returns a number', () => 3, /received a number/],
    ['an asynchronous loss', async (own) => tf.sum(own.w), /loss returned a promise/],
    [
      'a loss that it has disposed',
      (own) => {
        const sum = tf.sum(own.w);
        sum.dispose();
        return sum;
      },
      /loss returned a disposed tensor/,
    ],
    [
      'complex numbers, of which no gradient is known',
      (own) => tf.add(tf.sum(own.w), tf.sum(tf.real(tf.complex(own.w, own.w)))),
      /gradient of the operation (Real|Complex), which parameter 'w' reaches/,
    ],
    ['a loss that uses no params', () => tf.scalar(3), /uses none of the float32 params/],
    [
      'a loss that throws',
      () => {
        throw new Error('no data');
      },
      /loss failed: no data/,
    ],
    [
      'an operation without a gradient, by its name and the parameter',
      (own) => tf.sum(tf.localResponseNormalization(tf.reshape<tf.Rank.R4>(own.w, [1, 1, 1, 2]))),
      /gradient of the operation LRN, which parameter 'w' reaches/,
    ],
  ];
  it.each(refusals)('%s', async (_, loss, message) => {
    const error = await expectNoLeak(async () =>
      valueAndGradients(loss as (params: Params) => tf.Scalar, { w }),
    );
    expect(String(error)).toMatch(message);
  });
});
