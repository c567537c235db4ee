import * as tf from '@tensorflow/tfjs-core';
import type { Program } from './programs';

const { add, matMul, max, mean, mul, relu, reshape } = tf;

/** A constant matrix of these values. */
const matrix = (rows: number, columns: number, value: (i: number, j: number) => number) =>
  tf.tensor2d(
    Array.from({ length: rows * columns }, (_, k) => value(Math.floor(k / columns), k % columns)),
    [rows, columns],
  );
const conv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');

/** Networks with constants that stay as they are when several of their axes are permuted alike. */
export const constantPrograms: Readonly<Record<string, Program>> = {
  identityPlusKernel: {
    shapes: { k: [4, 6], w: [6, 6], o: [6, 2] },
    input: [3, 4],
    forward: (p, x) => matMul(relu(matMul(matMul(x, p.k), add(p.w, tf.eye(6)))), p.o),
    groups: ['6'],
    patterns: { k: '4 k', w: 'k k', o: 'k 2' },
  },
  featureTransform: {
    shapes: { k: [3, 6], t: [6, 36], o: [6, 5], head: [5, 2] },
    input: [7, 3],
    forward(p, x) {
      const h = relu(matMul(x, p.k));
      const t = add(reshape(matMul(max(h, 0, true), p.t), [6, 6]), tf.eye(6));
      return matMul(max(relu(matMul(matMul(h, t), p.o)), 0, true), p.head);
    },
    groups: ['5', '6'],
    patterns: { k: '3 k', t: 'k (k k)', o: 'k o', head: 'o 2' },
  },
  featureTransforms: {
    // One for each sample, the identity once for all of them and scaled.
    shapes: { k: [3, 4], t: [4, 16], o: [4, 5], head: [5, 2] },
    input: [2, 7, 3],
    forward(p, x) {
      const h = relu(reshape(matMul(reshape(x, [14, 3]), p.k), [2, 7, 4]));
      const bare = reshape(matMul(max(h, 1), p.t), [2, 4, 4]);
      const identity = tf.stack([mul(tf.eye(4), 2), mul(tf.eye(4), 2)]);
      const moved = reshape(matMul(h, add(bare, identity)), [14, 4]);
      return matMul(max(reshape(relu(matMul(moved, p.o)), [2, 7, 5]), 1), p.head);
    },
    groups: ['4', '5'],
    patterns: { k: '3 k', t: 'k (k k)', o: 'k o' },
  },
  centring: {
    // h·(I − 1/n) is h less its mean.
    shapes: { w: [5, 6], gain: [6], v: [6, 3] },
    input: [2, 5],
    forward(p, x) {
      const centred = matMul(
        matMul(x, p.w),
        matrix(6, 6, (i, j) => (i === j ? 1 : 0) - 1 / 6),
      );
      return matMul(relu(mul(centred, p.gain)), p.v);
    },
    groups: ['6'],
    patterns: { w: '5 w', gain: 'w', v: 'w 3' },
  },
  groupMeans: {
    // The means of two blocks of three units, brought back to each unit by kron(I, 1).
    shapes: { w: [5, 6], v: [6, 3] },
    input: [2, 5],
    forward(p, x) {
      const h = matMul(x, p.w);
      const means = matMul(
        tf.square(h),
        matrix(6, 6, (i, j) => Number(i % 2 === j % 2)),
      );
      return matMul(relu(tf.div(h, tf.sqrt(add(means, 0.1)))), p.v);
    },
    // Units 0, 2, 4 and 1, 3, 5 are the blocks: they may be exchanged, and so may the units of each.
    groups: ['2', '6/2'],
  },
  shortcutByMatrix: {
    // Channels are padded by a product with the matrix (I | 0).
    shapes: { c0: [3, 3, 3, 4], w1: [3, 3, 4, 6], fc: [6, 3] },
    input: [2, 5, 5, 3],
    forward(p, x) {
      const h = relu(conv(x, p.c0));
      const rows = reshape(h, [50, 4]);
      const wide = reshape(
        matMul(
          rows,
          matrix(4, 6, (i, j) => Number(i === j)),
        ),
        [2, 5, 5, 6],
      );
      return matMul(mean(relu(add(conv(h, p.w1), wide)), [1, 2]), p.fc);
    },
    groups: ['2', '4'],
    patterns: { c0: '3 3 3 c0', w1: '3 3 c0 (c0 + w1)', fc: '(c0 + w1) 3' },
  },
  identityBranch: {
    // RepVGG: a kernel that is the identity at the centre of its window is added to the others.
    shapes: { c0: [3, 3, 3, 5], w3: [3, 3, 5, 5], w1: [1, 1, 5, 5], fc: [5, 3] },
    input: [2, 6, 6, 3],
    forward(p, x) {
      const h = relu(conv(x, p.c0));
      const identity = tf.pad(reshape(tf.eye(5), [1, 1, 5, 5]), [
        [1, 1],
        [1, 1],
        [0, 0],
        [0, 0],
      ]);
      const point = tf.pad(p.w1, [
        [1, 1],
        [1, 1],
        [0, 0],
        [0, 0],
      ]);
      const kernel = tf.addN([p.w3, point, identity]);
      return matMul(mean(relu(conv(h, kernel)), [1, 2]), p.fc);
    },
    groups: ['5'],
    patterns: { c0: '3 3 3 c0', w3: '3 3 c0 c0', w1: '1 1 c0 c0', fc: 'c0 3' },
  },
  shuffleByMatrix: {
    // A permutation matrix takes units to other places; what is added there moves with them.
    shapes: { w: [5, 6], u: [5, 6], v: [6, 3] },
    input: [2, 5],
    forward(p, x) {
      const turned = matMul(
        matMul(x, p.w),
        matrix(6, 6, (i, j) => Number(i === ((2 * j + 1) % 7) % 6)),
      );
      return matMul(relu(add(turned, matMul(x, p.u))), p.v);
    },
    groups: ['6'],
    patterns: { w: '5 w', u: '5 {6: w}', v: '{6: w} 3' },
  },
  mixedByCirculant: {
    // A circulant turns into itself when its axes are turned, which is no group of permutations of units.
    shapes: { w: [5, 6], v: [6, 4], o: [4, 3] },
    input: [2, 5],
    forward(p, x) {
      const mixed = matMul(
        matMul(x, p.w),
        matrix(6, 6, (i, j) => [1, 0.5, 0, 0, 0, 0.5][(i - j + 6) % 6]),
      );
      return matMul(relu(matMul(relu(mixed), p.v)), p.o);
    },
    groups: ['4'],
    patterns: { w: '5 6', v: '6 v' },
  },
};
