import * as tf from '@tensorflow/tfjs-core';
import { type Params, valueAndGradients } from 'perm-lmc';
import { describe, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectClose, expectGradients } from '../support/numericGradients';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

type Padding = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
type Apply = (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor4D;

/** Unit vectors of a shape without its first axis, as samples: [size, …shape]. */
const units = (shape: number[]) => {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.reshape(tf.eye(size), [size, ...shape]);
};

/**
 * The gradients of Σ c·y of a convolution y of x [2, …] with a filter are what it makes of every unit vector: y is
 * linear in x and in the filter. All unit vectors of x are samples of one batch.
 */
async function expectExact(apply: Apply, xShape: number[], filterShape: number[]): Promise<void> {
  const params: Params = { x: randomTensor(xShape, 1), filter: randomTensor(filterShape, 2) };
  const weights = randomTensor(
    apply(params.x as tf.Tensor4D, params.filter as tf.Tensor4D).shape,
    3,
  );
  const loss = ({ x, filter }: Params) =>
    tf.tidy(() => tf.sum(tf.mul(apply(x as tf.Tensor4D, filter as tf.Tensor4D), weights)));
  const { gradients } = valueAndGradients(loss, params);

  const [samples, ...image] = xShape;
  const ofUnits = apply(units(image) as tf.Tensor4D, params.filter as tf.Tensor4D);
  const perImage = tf.matMul(
    tf.reshape(weights, [samples, -1]),
    tf.reshape(ofUnits, [ofUnits.shape[0], -1]),
    false,
    true,
  );
  expectClose('x', await gradients.x.data(), await perImage.data(), 1e-5);

  const expected: number[] = [];
  for (const unit of tf.unstack(units(filterShape))) {
    const y = apply(params.x as tf.Tensor4D, unit as tf.Tensor4D);
    expected.push((await tf.sum(tf.mul(y, weights)).data())[0]);
  }
  expectClose('filter', await gradients.filter.data(), expected, 1e-5);
}

const cases: [size: number, taps: number, stride: number, dilation: number, padding: Padding][] =
  [];
for (const size of [5, 6]) {
  for (const taps of [1, 2, 3]) {
    for (const [stride, dilation] of [
      [1, 1],
      [2, 1],
      [3, 1],
      [1, 2],
      [1, 3],
    ]) {
      for (const padding of ['same', 'valid', 1] as const) {
        const isTooSmall = padding === 'valid' && (taps - 1) * dilation + 1 > size;
        if (!isTooSmall) cases.push([size, taps, stride, dilation, padding]);
      }
    }
  }
}
const uneven: Padding = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
];
for (const stride of [1, 2]) cases.push([5, 3, stride, 1, uneven]);

describe('the gradients of a convolution are exact', () => {
  it.each(cases)(
    'size %i, taps %i, stride %i, dilation %i, padding %s',
    async (size, taps, stride, dilation, padding) => {
      // Explicit numbers leave a remainder that is rounded off.
      const rounding = padding === 1 ? 'floor' : undefined;
      const apply: Apply = (x, filter) =>
        tf.conv2d(x, filter, stride, padding, 'NHWC', dilation, rounding);
      await expectExact(apply, [2, size, size, 1], [taps, taps, 1, 2]);
    },
  );

  it.each(cases)(
    'depthwise: size %i, taps %i, stride %i, dilation %i, padding %s',
    async (size, taps, stride, dilation, padding) => {
      const rounding = padding === 1 ? 'floor' : undefined;
      const apply: Apply = (x, filter) =>
        tf.depthwiseConv2d(x, filter, stride, padding, 'NHWC', dilation, rounding);
      await expectExact(apply, [2, size, size, 2], [taps, taps, 2, 1]);
    },
  );

  it('with different rows and columns, and channels in and out', async () => {
    const apply: Apply = (x, filter) => tf.conv2d(x, filter, [1, 3], 'same');
    await expectExact(apply, [3, 4, 7, 2], [2, 4, 2, 3]);
    await expectExact((x, f) => tf.conv2d(x, f, [2, 1], 'valid'), [2, 7, 4, 3], [3, 1, 3, 2]);
    await expectExact(
      (x, f) => tf.conv2d(x, f, 1, 'same', 'NHWC', [1, 2]),
      [2, 3, 6, 2],
      [2, 3, 2, 1],
    );
  });

  it('of a depthwise one with several outputs for a channel', async () => {
    await expectExact((x, f) => tf.depthwiseConv2d(x, f, 2, 'same'), [2, 5, 4, 2], [3, 2, 2, 3]);
  });

  it('with channels first', async () => {
    const apply: Apply = (x, filter) => tf.conv2d(x, filter, 2, 'same', 'NCHW');
    await expectExact(apply, [2, 2, 5, 4], [3, 3, 2, 2]);
  });
});

describe('the gradients agree with numeric differences', () => {
  /** Integers, so that with a bias of a half no activation is near its kink. */
  const integers = (shape: number[], seed: number) => tf.round(randomTensor(shape, seed));
  const halves = (size: number) => tf.fill([size], 0.5);

  it.each(['linear', 'relu', 'prelu'] as const)(
    'of a fused convolution with %s',
    async (activation) => {
      const params: Params = {
        x: integers([2, 4, 4, 2], 1),
        filter: integers([3, 3, 2, 3], 2),
        bias: halves(3),
        ...(activation === 'prelu' && { alpha: tf.tensor1d([0.2, -0.3, 0.5]) }),
      };
      await expectGradients(
        ({ x, filter, bias, alpha }) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            strides: 2,
            pad: 'same',
            bias,
            activation,
            preluActivationWeights: alpha,
          }),
        params,
        { step: 1 / 64 },
      );
    },
  );

  it('of a fused depthwise convolution', async () => {
    await expectGradients(
      ({ x, filter, bias }) =>
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation: 'relu',
        }),
      {
        x: integers([2, 3, 3, 2], 1),
        filter: integers([3, 3, 2, 1], 2),
        bias: halves(2),
      },
      { step: 1 / 64 },
    );
  });

  it.each([1, 2, 3])('of a transposed convolution of stride %i', async (stride) => {
    const [height, width] = [3 * stride, 2 * stride];
    await expectGradients(
      ({ x, filter }) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          filter as tf.Tensor4D,
          [2, height, width, 3],
          stride,
          'same',
        ),
      { x: randomTensor([2, 3, 2, 2], 1), filter: randomTensor([3, 3, 3, 2], 2) },
    );
  });

  it('of a separable convolution and of one over sequences', async () => {
    await expectGradients(
      ({ x, depth, point }) =>
        tf.separableConv2d(x as tf.Tensor4D, depth as tf.Tensor4D, point as tf.Tensor4D, 1, 'same'),
      {
        x: randomTensor([1, 3, 3, 2], 1),
        depth: randomTensor([2, 2, 2, 2], 2),
        point: randomTensor([1, 1, 4, 2], 3),
      },
    );
    await expectGradients(
      ({ x, filter }) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 2, 'same'),
      { x: randomTensor([2, 5, 2], 1), filter: randomTensor([3, 2, 3], 2) },
    );
  });

  it.each([
    [1, 'same'],
    [2, 'valid'],
  ] as const)('of a convolution of volumes with stride %i, %s', async (stride, padding) => {
    await expectGradients(
      ({ x, filter }) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, stride, padding),
      { x: randomTensor([2, 3, 3, 3, 1], 1), filter: randomTensor([2, 2, 2, 1, 2], 2) },
    );
  });

  it('of max pooling of volumes', async () => {
    await expectGradients(({ x }) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, 'valid'), {
      x: apart([2, 4, 2, 2, 2]),
    });
  });

  /** Values that lie apart, so that no step changes which is the greatest. */
  const apart = (shape: number[]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const values = Array.from({ length: size }, (_, i) => ((i * 37) % size) / 4);
    return tf.tensor(values, shape);
  };
  it.each([
    [4, 2, 2, 'valid'],
    [5, 2, 2, 'valid'],
    [5, 2, 2, 'same'],
    [5, 3, 1, 'same'],
    [6, 3, 2, 'same'],
    [5, 2, 3, 'valid'],
  ] as const)(
    'of pooling: size %i, window %i, stride %i, %s',
    async (size, window, stride, padding) => {
      for (const pool of [tf.maxPool, tf.avgPool]) {
        await expectGradients(({ x }) => pool(x as tf.Tensor4D, window, stride, padding), {
          x: apart([2, size, size, 1]),
        });
      }
    },
  );
});
