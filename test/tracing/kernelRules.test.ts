import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatAxis } from '../../src/symmetry/formatPattern';
import { traceForward } from '../../src/tracing/capture/trace';
import { kernelRule } from '../../src/tracing/labels/rules/kernelRules';
import { useBackend } from '../support/backend';
import { randomTensor } from '../support/randomTensor';
import { withoutArrows } from '../support/withoutArrows';
import { applySpec } from './applySpec';
import { outputChange, randomParams } from './network';

await useBackend('cpu');

type Case = readonly [kernel: string, layer: (h: tf.Tensor) => tf.Tensor, axis: string];
const [x4, axis1]: [number[], number] = [[2, 4, 4, 8], 1];
const t4 = (h: tf.Tensor) => h as tf.Tensor4D;
const i32 = (values: number[]) => tf.tensor1d(values, 'int32');
const fixed = '8';

/**
 * The symmetry that a kernel leaves to the 8 units of w, on the last axis of [2, 8] or of [2, 4, 4, 8]. Units that
 * nothing uses move among themselves.
 */
const vectors: readonly Case[] = [
  ['Relu', (h) => tf.relu(h), 'w'],
  ['Cast', (h) => tf.cast(tf.cast(h, 'int32'), 'float32'), 'w'],
  ['ClipByValue', (h) => tf.clipByValue(h, 0, 1), 'w'],
  ['Identity', (h) => tf.clone(h), 'w'],
  ['Add', (h) => tf.add(h, tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8])), fixed],
  ['Multiply', (h) => tf.mul(h, tf.tensor1d([1, 1, 1, 2, 2, 2, 2, 2])), '(w.1 + w.2)'],
  ['AddN', (h) => tf.addN([h, tf.relu(h), tf.neg(h)]), 'w'],
  ['Maximum', (h) => tf.maximum(h, 0.5), 'w'],
  ['Select', (h) => tf.where(tf.greater(h, 0), h, tf.zerosLike(h)), 'w'],
  ['Prelu', (h) => tf.prelu(h, tf.scalar(0.1)), 'w'],
  ['Softmax', (h) => tf.softmax(h), 'w'],
  ['Sum', (h) => tf.add(h, tf.sum(h, 1, true)), 'w'],
  ['Max', (h) => tf.max(h, 1, true), 'w'],
  ['Mean', (h) => tf.mean(h, 0, true), 'w'],
  ['Prod', (h) => tf.prod(h, axis1, true), 'w'],
  ['ArgMax', (h) => tf.cast(tf.expandDims(tf.argMax(h, 1), 1), 'float32'), fixed],
  ['ArgMax', (h) => tf.add(h, tf.cast(tf.argMax(h, 0), 'float32')), 'w'],
  ['TopK', (h) => tf.topk(h, 3).values, 'w'],
  ['TopK', (h) => tf.cast(tf.topk(h, 3).indices, 'float32'), fixed],
  ['Cumsum', (h) => tf.cumsum(h, 1), fixed],
  ['Cumsum', (h) => tf.cumsum(h, 0), 'w'],
  ['Transpose', (h) => tf.transpose(tf.relu(tf.transpose(h))), 'w'],
  ['Reshape', (h) => tf.reshape(tf.relu(tf.reshape(h, [2, 2, 4])), [2, 8]), 'w'],
  ['Reshape', (h) => tf.max(tf.reshape(h, [2, 2, 4]), 2), '(w.heads w[w.heads])'],
  ['Slice', (h) => tf.slice(h, [0, 2], [2, 3]), '{8: w.1 w.2}'],
  ['StridedSlice', (h) => tf.stridedSlice(h, [0, 0], [2, 8], [1, 2]), '{8: w.1 w.2}'],
  ['SplitV', (h) => tf.add(...(tf.split(h, 2, 1) as [tf.Tensor, tf.Tensor])), '(2 w)'],
  ['Reverse', (h) => tf.reverse(h, 1), 'w'],
  ['Reverse', (h) => tf.add(h, tf.reverse(h, 1)), fixed],
  ['Tile', (h) => tf.tile(h, [1, 2]), 'w'],
  [
    'PadV2',
    (h) =>
      tf.pad(h, [
        [0, 0],
        [1, 2],
      ]),
    'w',
  ],
  [
    'MirrorPad',
    (h) =>
      tf.mirrorPad(
        h,
        [
          [0, 0],
          [1, 1],
        ],
        'reflect',
      ),
    '{8: w.1 w.2}',
  ],
  ['Concat', (h) => tf.concat([h, tf.ones([2, 3])], 1), 'w'],
  ['Pack', (h) => tf.reshape(tf.stack([h, tf.relu(h)], 1), [2, 16]), 'w'],
  ['Unpack', (h) => tf.stack(tf.unstack(h, 0), 0), 'w'],
  ['GatherV2', (h) => tf.gather(h, i32([3, 1, 0]), 1), '{8: w.1 w.2}'],
  ['GatherV2', (h) => tf.gather(h, tf.cast(tf.argMax(h, 1), 'int32'), 1), 'w'],
  ['GatherV2', (h) => tf.gather(h, tf.cast(tf.sum(tf.greater(h, 0), 1), 'int32'), 1), fixed],
  ['GatherNd', (h) => tf.gatherND(h, tf.tensor2d([[1], [0]], [2, 1], 'int32')), 'w'],
  [
    'OneHot',
    (h) => tf.reshape(tf.cast(tf.oneHot(tf.cast(h, 'int32'), 3), 'float32'), [2, 24]),
    'w',
  ],
  ['OnesLike', (h) => tf.add(h, tf.onesLike(h)), 'w'],
  ['FFT', (h) => tf.real(tf.spectral.fft(tf.complex(h, tf.zerosLike(h)))), fixed],
  ['IFFT', (h) => tf.imag(tf.spectral.ifft(tf.complex(h, tf.zerosLike(h)))), fixed],
  [
    'FFT',
    (h) => {
      const columns = tf.transpose(h);
      const parts = tf.spectral.fft(tf.complex(columns, tf.square(columns)));
      return tf.transpose(tf.add(tf.real(parts), tf.imag(parts)));
    },
    'w',
  ],
];

const images: readonly Case[] = [
  ['MaxPool', (h) => tf.maxPool(t4(h), 2, 2, 'same'), 'w'],
  ['AvgPool', (h) => tf.avgPool(t4(h), 2, 2, 'same'), 'w'],
  ['ResizeBilinear', (h) => tf.image.resizeBilinear(t4(h), [6, 6]), 'w'],
  ['ResizeNearestNeighbor', (h) => tf.image.resizeNearestNeighbor(t4(h), [6, 6]), 'w'],
  ['FlipLeftRight', (h) => tf.image.flipLeftRight(t4(h)), 'w'],
  [
    'SpaceToBatchND',
    (h) =>
      tf.spaceToBatchND(
        h,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    'w',
  ],
  ['LRN', (h) => tf.localResponseNormalization(t4(h)), fixed],
  ['DepthToSpace', (h) => tf.depthToSpace(t4(h), 2, 'NHWC'), '(4 w)'],
  [
    'CropAndResize',
    (h) => tf.image.cropAndResize(t4(h), tf.tensor2d([[0, 0, 1, 1]]), i32([0]), [2, 2]),
    'w',
  ],
  ['FusedBatchNorm', (h) => tf.batchNorm(t4(h), tf.zeros([8]), tf.ones([8])), 'w'],
  ['Dilation2D', (h) => tf.dilation2d(t4(h), tf.zeros([2, 2, 8]), 1, 'same'), 'w'],
];

describe('the rule of a kernel', () => {
  it.each(vectors)(
    '%s (%#) leaves the units of vectors to move where it may',
    (kernel, layer, axis) => {
      const params = randomParams({ w: [5, 8], v: [30, 3] });
      const forward = (p: Params, x: tf.Tensor) => {
        const h = layer(tf.matMul(x, p.w));
        return tf.matMul(h, tf.slice(p.v, [0, 0], [h.shape[1]!, 3]));
      };
      check(kernel, forward, params, randomTensor([2, 5], 1, 2), 1, axis);
    },
  );

  it.each(images)(
    '%s leaves the channels of images to move where it may',
    (kernel, layer, axis) => {
      const params = randomParams({ w: [1, 1, 3, 8], v: [30, 3] });
      const forward = (p: Params, x: tf.Tensor) => {
        const h = layer(tf.conv2d(t4(x), p.w as tf.Tensor4D, 1, 'same'));
        return tf.matMul(tf.mean(h, [1, 2]), tf.slice(p.v, [0, 0], [h.shape[3]!, 3]));
      };
      check(kernel, forward, params, randomTensor([...x4.slice(0, 3), 3], 1), 3, axis);
    },
  );

  function check(
    kernel: string,
    forward: (p: Params, x: tf.Tensor) => tf.Tensor,
    params: Params,
    x: tf.Tensor,
    at: number,
    axis: string,
  ): void {
    const { spec, calls } = traceForward(forward, params, x);
    expect(calls.map((call) => call.kernel)).toContain(kernel);
    expect(withoutArrows(formatAxis(spec.params.w.axes[at]))).toBe(axis);
    expect(outputChange(spec, forward, params, x, 3, applySpec)).toBeLessThan(1e-4);
  }
});

describe('a kernel without a rule', () => {
  it('fixes its inputs and says so', () => {
    expect(kernelRule('SearchSorted')).toBeUndefined();
    const params = randomParams({ w: [5, 8], v: [8, 3] });
    const forward = (p: Params, x: tf.Tensor) => {
      const h = tf.matMul(x, p.w);
      const places = tf.searchSorted(h, tf.tensor2d([0, 1, 2, 0, 1, 2], [2, 3]));
      return tf.concat([tf.matMul(h, p.v), tf.cast(places, 'float32')], 1);
    };
    const { spec } = traceForward(forward, params, tf.ones([2, 5]));
    expect(spec.derivation?.warnings).toEqual([
      'kernel SearchSorted has no rule: all its inputs are fixed',
    ]);
    expect(spec.derivation?.fixed).toContainEqual({
      param: 'w',
      axis: 1,
      why: 'kernel SearchSorted has no rule',
    });
  });
});

describe('channels first', () => {
  it('are the channels of convolutions', () => {
    const params = randomParams({ w: [3, 3, 3, 8], v: [3, 3, 8, 4], u: [4, 3] });
    const forward = (p: Params, x: tf.Tensor) => {
      const conv = (h: tf.Tensor, kernel: tf.Tensor) =>
        tf.conv2d(t4(h), kernel as tf.Tensor4D, 1, 'same', 'NCHW');
      return tf.matMul(tf.mean(conv(tf.relu(conv(x, p.w)), p.v), [2, 3]), p.u);
    };
    const { spec } = traceForward(forward, params, tf.ones([2, 3, 6, 6]));
    expect(formatAxis(spec.params.v.axes[2])).toBe('>w');
    expect(formatAxis(spec.params.u.axes[0])).toBe('>v');
  });
});

describe('channels first, on a backend that has the kernel', () => {
  it('depth to space splits the channels and fixes the blocks', async () => {
    await useBackend('wasm');
    try {
      const params = randomParams({ w: [1, 1, 3, 8], v: [2, 3] });
      const forward = (p: Params, x: tf.Tensor) => {
        const h = tf.transpose(tf.conv2d(t4(x), p.w as tf.Tensor4D, 1, 'same'), [0, 3, 1, 2]);
        const large = tf.depthToSpace(h as tf.Tensor4D, 2, 'NCHW');
        return tf.matMul(tf.mean(tf.square(large), [2, 3]), p.v);
      };
      const x = tf.randomNormal([2, 4, 4, 3], 0, 1, 'float32', 1);
      const { spec, calls } = traceForward(forward, params, x);
      expect(calls.map(({ kernel }) => kernel)).toContain('DepthToSpace');
      expect(formatAxis(spec.params.w.axes[3])).toBe('(4 w)>');
      expect(outputChange(spec, forward, params, x, 3, applySpec)).toBeLessThan(1e-4);
      expect(forward(params, x).shape).toEqual([2, 3]);
    } finally {
      await useBackend('cpu');
    }
  });
});
