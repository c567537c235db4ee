import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { Program } from './programs';

const { add, concat, matMul, mean, mul, relu, reshape, split, transpose } = tf;

const conv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
const fromTorch = (kernel: tf.Tensor): tf.Tensor => transpose(kernel, [2, 3, 1, 0]);
const sliced = (x: tf.Tensor, count: number, axis: number): tf.Tensor[] =>
  Array.from({ length: count }, (_, i) => {
    const size = x.shape.with(axis, x.shape[axis]! / count);
    return tf.slice(
      x,
      x.shape.map((__, k) => (k === axis ? i * size[k]! : 0)),
      size,
    );
  });

/** A grouped convolution of x [batch, height, width, (g i)]: each part of the channels has a kernel of its own. */
type Grouped = (x: tf.Tensor, kernel: tf.Tensor, groups: number) => tf.Tensor;
/** A kernel [height, width, i, (g o)] in parts by `split`. */
const bySplit: Grouped = (x, kernel, groups) => {
  const kernels = split(kernel, groups, 3);
  return concat(
    split(x, groups, 3).map((part, i) => conv(part, kernels[i])),
    3,
  );
};
const bySlice: Grouped = (x, kernel, groups) => {
  const kernels = sliced(kernel, groups, 3);
  return concat(
    sliced(x, groups, 3).map((part, i) => conv(part, kernels[i])),
    3,
  );
};
/** A kernel [(g o), i, height, width], each part of which is transposed. */
const ofTorch: Grouped = (x, kernel, groups) => {
  const kernels = sliced(kernel, groups, 0);
  return concat(
    split(x, groups, 3).map((part, i) => conv(part, fromTorch(kernels[i]))),
    3,
  );
};
const ofTorchTransposed: Grouped = (x, kernel, groups) => bySplit(x, fromTorch(kernel), groups);

const readOut = (p: Params, y: tf.Tensor): tf.Tensor =>
  matMul(mean(relu(conv(relu(y), p.b)), [1, 2]), p.fc);
const around = { b: [1, 1, 12, 5], fc: [5, 3] };
const image = [2, 4, 4, 3];

function oneLayer(grouped: Grouped, groups: number, isTorch: boolean): Program {
  const part = 8 / groups;
  return {
    shapes: {
      a: [1, 1, 3, 8],
      g: isTorch ? [12, part, 3, 3] : [3, 3, part, 12],
      gb: [12],
      ...around,
    },
    input: image,
    forward: (p, x) => readOut(p, add(grouped(relu(conv(x, p.a)), p.g, groups), p.gb)),
    groups: [`12/${groups}`, `${groups}`, '5', `8/${groups}`].sort(),
    patterns: {
      a: '1 1 3 (a.heads a[a.heads])',
      g: isTorch ? '(a.heads g[a.heads]) a[a.heads] 3 3' : '3 3 a[a.heads] (a.heads g[a.heads])',
      gb: '(a.heads g[a.heads])',
      b: '1 1 (a.heads g[a.heads]) b',
    },
  };
}

/** Channels (g c) in the order (c g). */
const shuffled = (x: tf.Tensor, groups: number): tf.Tensor => {
  const [n, height, width, channels] = x.shape as number[];
  const divided = reshape(x, [n, height, width, groups, channels / groups]);
  return reshape(transpose(divided, [0, 1, 2, 4, 3]), [n, height, width, channels]);
};

/** Two parts of a hidden layer go ways of their own. */
const twoParts = { a: [1, 1, 3, 8], g: [3, 3, 4, 12], ...around };
const parts = (p: Params, x: tf.Tensor) =>
  [split(relu(conv(x, p.a)), 2, 3), split(p.g, 2, 3)] as const;
/** The channels of the parts are in one order, and the parts are in theirs. */
const apart = {
  groups: ['4', '5', '6', '6'],
  patterns: { a: '1 1 3 (2 a)', g: '3 3 a (g.1 + g.2)', b: '1 1 (g.1 + g.2) b' },
};

/** Networks that do the same to each of several parts: grouped convolutions, heads one by one. */
export const lanePrograms: Readonly<Record<string, Program>> = {
  groupedBySplit: oneLayer(bySplit, 2, false),
  groupedBySplit4: oneLayer(bySplit, 4, false),
  groupedBySlice: oneLayer(bySlice, 2, false),
  groupedBySlice4: oneLayer(bySlice, 4, false),
  groupedOfTorch: oneLayer(ofTorch, 2, true),
  groupedOfTorch4: oneLayer(ofTorch, 4, true),
  groupedOfTorchTransposed: oneLayer(ofTorchTransposed, 4, true),
  groupedTwice: {
    shapes: { a: [1, 1, 3, 8], g: [3, 3, 4, 12], h: [12, 6, 1, 1], ...around },
    input: image,
    forward: (p, x) => readOut(p, ofTorch(relu(bySplit(relu(conv(x, p.a)), p.g, 2)), p.h, 2)),
    groups: ['12/2', '12/2', '2', '5', '8/2'],
    patterns: {
      g: '3 3 a[a.heads] (a.heads g[a.heads])',
      h: '(a.heads h[a.heads]) g[a.heads] 1 1',
    },
  },
  resNext: {
    shapes: {
      c0: [1, 1, 3, 6],
      a1: [1, 1, 6, 8],
      g1: [3, 3, 2, 8],
      g1b: [8],
      b1: [1, 1, 8, 6],
      a2: [1, 1, 6, 8],
      g2: [8, 4, 3, 3],
      b2: [1, 1, 8, 6],
      fc: [6, 3],
    },
    input: image,
    forward(p, x) {
      let h = relu(conv(x, p.c0));
      const y = relu(add(bySplit(relu(conv(h, p.a1)), p.g1, 4), p.g1b));
      h = relu(add(h, conv(y, p.b1)));
      h = relu(add(h, conv(relu(ofTorch(relu(conv(h, p.a2)), p.g2, 2)), p.b2)));
      return matMul(mean(h, [1, 2]), p.fc);
    },
    groups: ['2', '4', '6', '8/2', '8/2', '8/4', '8/4'],
    patterns: {
      a1: '1 1 c0 (a1.heads a1[a1.heads])',
      g1: '3 3 a1[a1.heads] (a1.heads g1[a1.heads])',
      b1: '1 1 (a1.heads g1[a1.heads]) c0',
      g2: '(a2.heads g2[a2.heads]) a2[a2.heads] 3 3',
    },
  },
  /** Each group takes all groups of the layer before: the order of one of them is fixed. */
  shuffledGroups: {
    shapes: { a: [1, 1, 3, 8], g: [3, 3, 4, 12], h: [1, 1, 6, 12], ...around },
    input: image,
    forward(p, x) {
      const y = relu(bySplit(relu(conv(x, p.a)), p.g, 2));
      return readOut(p, bySplit(shuffled(y, 2), p.h, 2));
    },
    groups: [
      ...['12/2', '2', '24=4×6', '24=4×6', '36=6×12', '36=6×12', '4', '4', '5', '6/2', '6/2'],
    ],
    patterns: { a: '1 1 3 (a.1 + a.2)', b: '1 1 (g.heads h[g.heads]) b' },
  },
  /** The residual makes the groups before and after the shuffle the same, so their order is fixed. */
  shuffleUnit: {
    shapes: {
      c0: [1, 1, 3, 8],
      g: [1, 1, 4, 12],
      dw: [3, 3, 12, 1],
      h: [1, 1, 6, 8],
      fc: [8, 3],
    },
    input: image,
    forward(p, x) {
      const h = relu(conv(x, p.c0));
      const y = shuffled(relu(bySplit(h, p.g, 2)), 2) as tf.Tensor4D;
      const z = bySplit(tf.depthwiseConv2d(y, p.dw as tf.Tensor4D, 1, 'same'), p.h, 2);
      return matMul(mean(relu(add(h, z)), [1, 2]), p.fc);
    },
    groups: [
      ...['12=3×4', '12=3×4', '12=3×4', '12=3×4', '12=4×3', '12=4×3', '12=4×3', '12=4×3'],
      ...['3', '3', '3', '3', '4', '4'],
    ],
    patterns: { c0: '1 1 3 (c0.1 + c0.2)', fc: '(c0.1 + c0.2) 3' },
  },
  groupedWithBiases: {
    shapes: { a: [1, 1, 3, 8], g: [3, 3, 4, 12], gb: [12], ...around },
    input: image,
    forward(p, x) {
      const [xs, kernels] = parts(p, x);
      const biases = split(p.gb, 2);
      const ys = xs.map((part, i) =>
        tf.fused.conv2d({
          x: part as tf.Tensor4D,
          filter: kernels[i] as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias: biases[i],
          activation: 'relu',
        }),
      );
      return readOut(p, concat(ys, 3));
    },
    groups: ['12/2', '2', '5', '8/2'],
    patterns: { g: '3 3 a[a.heads] (a.heads g[a.heads])', gb: '(a.heads g[a.heads])' },
  },
  groupedChannelsFirst: {
    shapes: { a: [1, 1, 3, 8], g: [3, 3, 4, 12], ...around },
    input: [2, 3, 4, 4],
    forward(p, x) {
      const first = (h: tf.Tensor, kernel: tf.Tensor) =>
        tf.conv2d(h as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same', 'NCHW');
      const kernels = split(p.g, 2, 3);
      const ys = split(relu(first(x, p.a)), 2, 1).map((part, i) => first(part, kernels[i]));
      return matMul(mean(relu(first(relu(concat(ys, 1)), p.b)), [2, 3]), p.fc);
    },
    groups: ['12/2', '2', '5', '8/2'],
    patterns: { g: '3 3 a[a.heads] (a.heads g[a.heads])' },
  },
  groupedTransposed: {
    // A kernel [(g i), o, height, width], as PyTorch has it.
    shapes: { a: [1, 1, 3, 8], g: [8, 6, 3, 3], ...around },
    input: image,
    forward(p, x) {
      const kernels = split(p.g, 2, 0);
      const ys = split(relu(conv(x, p.a)), 2, 3).map((part, i) =>
        tf.conv2dTranspose(
          part as tf.Tensor4D,
          transpose(kernels[i], [2, 3, 1, 0]) as tf.Tensor4D,
          [2, 8, 8, 6],
          2,
          'same',
        ),
      );
      return readOut(p, concat(ys, 3));
    },
    groups: ['12/2', '2', '5', '8/2'],
    patterns: { g: '(a.heads a[a.heads]) g[a.heads] 3 3', b: '1 1 (a.heads g[a.heads]) b' },
  },
  groupedSequences: {
    shapes: { a: [1, 3, 8], g: [3, 4, 6], b: [1, 6, 5], fc: [5, 3] },
    input: [2, 6, 3],
    forward(p, x) {
      const conv1 = (h: tf.Tensor, kernel: tf.Tensor) =>
        tf.conv1d(h as tf.Tensor3D, kernel as tf.Tensor3D, 1, 'same');
      const kernels = split(p.g, 2, 2);
      const ys = split(relu(conv1(x, p.a)), 2, 2).map((part, i) => conv1(part, kernels[i]));
      return matMul(mean(relu(conv1(relu(concat(ys, 2)), p.b)), 1), p.fc);
    },
    groups: ['2', '5', '6/2', '8/2'],
    patterns: { g: '3 a[a.heads] (a.heads g[a.heads])' },
  },
  groupedProduct: {
    // All groups in one batched product.
    shapes: { a: [5, 8], g: [12, 4], b: [12, 5], fc: [5, 3] },
    input: [6, 5],
    forward(p, x) {
      const h = reshape(relu(matMul(x, p.a)), [6, 2, 1, 4]);
      const kernels = transpose(reshape(p.g, [2, 6, 4]), [0, 2, 1]);
      const y = reshape(matMul(h, kernels), [6, 12]);
      return matMul(relu(matMul(relu(y), p.b)), p.fc);
    },
    groups: ['12/2', '2', '5', '8/2'],
    patterns: { a: '5 (a.heads a[a.heads])', g: '(a.heads g[a.heads]) a[a.heads]' },
  },
  groupedEinsum: {
    shapes: { a: [5, 8], g: [2, 4, 6], b: [12, 5], fc: [5, 3] },
    input: [6, 5],
    forward(p, x) {
      const h = reshape(relu(matMul(x, p.a)), [6, 2, 4]);
      const y = reshape(tf.einsum('bgi,gio->bgo', h, p.g), [6, 12]);
      return matMul(relu(matMul(relu(y), p.b)), p.fc);
    },
    groups: ['12/2', '2', '5', '8/2'],
    patterns: { g: 'a.heads a[a.heads] g[a.heads]' },
  },
  headsOneByOne: {
    shapes: { embed: [5, 6], q: [6, 12], k: [6, 12], v: [6, 12], o: [12, 6], head: [6, 3] },
    input: [2, 4, 5],
    forward(p, x) {
      const dense = (h: tf.Tensor, kernel: tf.Tensor) =>
        reshape(matMul(reshape(h, [8, -1]), kernel), [2, 4, -1]);
      const h = dense(x, p.embed);
      const [q, k, v] = [p.q, p.k, p.v].map((kernel) => split(dense(h, kernel), 3, 2));
      const mask = tf.linalg.bandPart(tf.ones([4, 4]), -1, 0);
      const ys = q.map((each, i) => {
        const scores = mul(matMul(each, k[i], false, true), 0.3);
        return matMul(tf.softmax(mul(scores, mask)), v[i]);
      });
      return matMul(mean(add(h, dense(concat(ys, 2), p.o)), 1), p.head);
    },
    groups: ['12/3', '12/3', '3', '6'],
    patterns: {
      q: 'embed (q.heads q[q.heads])',
      v: 'embed (q.heads v[q.heads])',
      o: '(q.heads v[q.heads]) embed',
    },
  },
  chainedLanes: {
    shapes: { a: [1, 1, 3, 8], g: [3, 3, 4, 6], h: [1, 1, 3, 12], ...around },
    input: image,
    forward(p, x) {
      const [xs, kernels] = parts(p, x);
      const second = sliced(p.h, 2, 3);
      const ys = xs.map((part, i) => conv(relu(conv(part, kernels[i])), second[i]));
      return readOut(p, concat(ys, 3));
    },
    groups: ['12/2', '2', '5', '6/2', '8/2'],
    patterns: { h: '1 1 g[a.heads] (a.heads h[a.heads])' },
  },
  lanesOfRows: {
    // The slices of a stack of kernels, joined by a stack.
    shapes: { a: [5, 8], w: [2, 4, 6], v: [2, 6, 4], fc: [4, 3] },
    input: [6, 5],
    forward(p, x) {
      const [ws, vs] = [p.w, p.v].map((each) => tf.unstack(each));
      const ys = split(relu(matMul(x, p.a)), 2, 1).map((part, i) =>
        relu(matMul(relu(matMul(part, ws[i])), vs[i])),
      );
      return matMul(mean(tf.stack(ys, 1), 1), p.fc);
    },
    groups: ['12/2', '2', '4', '8/2'],
    patterns: { a: '5 (a.heads a[a.heads])', w: 'a.heads a[a.heads] w[a.heads]', fc: 'v 3' },
  },
  commonKernel: {
    shapes: { a: [1, 1, 3, 8], g: [3, 3, 4, 6], ...around },
    input: image,
    forward(p, x) {
      const xs = split(relu(conv(x, p.a)), 2, 3);
      return readOut(
        p,
        concat(
          xs.map((part) => conv(part, p.g)),
          3,
        ),
      );
    },
    // The parts may be exchanged; the channels move alike in all of them.
    groups: ['2', '4', '5', '6'],
    patterns: { a: '1 1 3 (a.2 a.1)', g: '3 3 a.1 g', b: '1 1 (a.2 g) b' },
  },
  lanesOfInput: {
    shapes: { g: [3, 3, 2, 12], ...around },
    input: [2, 4, 4, 4],
    forward: (p, x) => readOut(p, bySplit(x, p.g, 2)),
    groups: ['5', '6', '6'],
    patterns: { g: '3 3 2 (g.1 + g.2)', b: '1 1 (g.1 + g.2) b' },
  },
  lanesInAnotherOrder: {
    shapes: twoParts,
    input: image,
    forward(p, x) {
      const [[first, second], [one, other]] = parts(p, x);
      return readOut(p, concat([conv(second, one), conv(first, other)], 3));
    },
    ...apart,
  },
  lanesThatDiffer: {
    shapes: twoParts,
    input: image,
    forward(p, x) {
      const [[first, second], [one, other]] = parts(p, x);
      const wide = tf.conv2d(second as tf.Tensor4D, other as tf.Tensor4D, 1, 'same', 'NHWC', 2);
      return readOut(p, concat([conv(first, one), wide], 3));
    },
    ...apart,
  },
  lanesOfOtherConstants: {
    shapes: twoParts,
    input: image,
    forward(p, x) {
      const [xs, kernels] = parts(p, x);
      const ys = xs.map((part, i) => mul(conv(part, kernels[i]), i + 0.5));
      return readOut(p, concat(ys, 3));
    },
    ...apart,
  },
  laneUsedAlone: {
    shapes: { ...twoParts, z: [6, 5] },
    input: image,
    forward(p, x) {
      const [xs, kernels] = parts(p, x);
      const ys = xs.map((part, i) => conv(part, kernels[i]));
      const alone = matMul(mean(ys[1], [1, 2]), p.z);
      return matMul(add(mean(relu(conv(concat(ys, 3), p.b)), [1, 2]), alone), p.fc);
    },
    // The parts keep their order; their channels move, differently in each.
    groups: ['24=4×6', '24=4×6', '4', '4', '5', '6', '6'],
    patterns: { a: '1 1 3 (a.1 + a.2)', z: 'g z' },
  },
  laneRead: {
    shapes: twoParts,
    input: image,
    forward(p, x) {
      const [xs, kernels] = parts(p, x);
      const ys = xs.map((part, i) => conv(part, kernels[i]));
      const [greatest] = tf.max(ys[0], [0, 1, 2]).dataSync();
      return readOut(p, mul(concat(ys, 3), 1 / (1 + Math.abs(greatest))));
    },
    // The output channels of the first part are read and keep their order.
    groups: ['24=4×6', '4', '4', '5', '6'],
    patterns: { a: '1 1 3 (a.1 + a.2)', b: '1 1 (6 + g) b' },
  },
};
