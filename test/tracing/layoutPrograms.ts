import * as tf from '@tensorflow/tfjs-core';
import type { Program } from './programs';

const { add, matMul, max, mean, mul, relu, reshape, transpose } = tf;

const [B, T, E, D] = [2, 4, 6, 3];
const rows = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  reshape(matMul(reshape(x, [-1, x.shape.at(-1)!]), kernel), [
    ...x.shape.slice(0, -1),
    kernel.shape[1]!,
  ]);
const conv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
const convFirst = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same', 'NCHW');

/** Networks that lay units out anew: stacks, pixels out of channels, channels out of pixels. */
export const layoutPrograms: Readonly<Record<string, Program>> = {
  stackedHeads: {
    // Each head has kernels of its own; they are stacked and attend at once.
    shapes: {
      embed: [5, E],
      q0: [E, D],
      q1: [E, D],
      k0: [E, D],
      k1: [E, D],
      v0: [E, D],
      v1: [E, D],
      wo: [2 * D, E],
      head: [E, 3],
    },
    input: [B, T, 5],
    forward(p, x) {
      const h = rows(x, p.embed);
      const [q, k, v] = ['q', 'k', 'v'].map((role) =>
        tf.stack([rows(h, p[`${role}0`]), rows(h, p[`${role}1`])], 1),
      );
      const mixed = matMul(tf.softmax(matMul(q, k, false, true)), v);
      const flat = reshape(transpose(mixed, [0, 2, 1, 3]), [B, T, 2 * D]);
      return matMul(mean(add(h, rows(flat, p.wo)), 1), p.head);
    },
    groups: ['3', '3', '3', '3', '6'],
    patterns: { q0: 'embed q0', k1: 'embed q1', wo: '(v0 + v1) embed' },
  },
  stackedBranches: {
    // Two branches with units of their own are stacked, scaled at once and taken apart.
    shapes: { a: [5, E], b: [5, E], u: [E, 4], v: [E, 4], head: [4, 3] },
    input: [B, 5],
    forward(p, x) {
      const both = tf.stack([matMul(x, p.a), matMul(x, p.b)], 1);
      const scale = tf.sqrt(add(mean(tf.square(both), 2, true), 0.1));
      const [a, b] = tf.unstack(relu(tf.div(both, scale)), 1);
      return matMul(relu(add(matMul(a, p.u), matMul(b, p.v))), p.head);
    },
    groups: ['4', '6', '6'],
    patterns: { a: '5 a', b: '5 b', u: 'a u', v: 'b u' },
  },
  selectedBranches: {
    // What is added over the branches is one set of units.
    shapes: { a: [5, E], b: [5, E], gate: [5, 2], head: [E, 3] },
    input: [B, 5],
    forward(p, x) {
      const both = tf.stack([relu(matMul(x, p.a)), relu(matMul(x, p.b))], 1);
      const gate = reshape(tf.softmax(matMul(x, p.gate)), [B, 2, 1]);
      return matMul(tf.sum(mul(both, gate), 1), p.head);
    },
    groups: ['6'],
    patterns: { a: '5 a', b: '5 a', gate: '5 2', head: 'a 3' },
  },
  stackedWithInput: {
    // Beside features that are fixed.
    shapes: { a: [5, 5], u: [5, 4], v: [5, 4], head: [4, 3] },
    input: [B, 5],
    forward(p, x) {
      const [a, b] = tf.unstack(relu(tf.stack([matMul(x, p.a), x, tf.zerosLike(x)])));
      return matMul(relu(add(matMul(a, p.u), matMul(b, p.v))), p.head);
    },
    groups: ['4', '5'],
    patterns: { a: '5 a', u: 'a u', v: '5 u' },
  },
  stackedMaps: {
    // Heads and units differ: [head, unit] of each is one space of the stack.
    shapes: { a: [5, 2, D], b: [5, 2, D], u: [2, D, 4], v: [2, D, 4], head: [4, 3] },
    input: [B, 5],
    forward(p, x) {
      const both = tf.stack(
        [p.a, p.b].map((kernel) => tf.einsum('bi,ihd->bhd', x, kernel)),
        2,
      );
      const [a, b] = tf.unstack(tf.softmax(both), 2);
      const y = add(tf.einsum('bhd,hdo->bo', a, p.u), tf.einsum('bhd,hdo->bo', b, p.v));
      return matMul(relu(y), p.head);
    },
    // A softmax over the units of a head leaves heads, and units inside them, to move.
    groups: ['2', '2', '4', '6/2', '6/2'],
  },
  pixelShuffle: {
    // Channels first, by reshaping and transposing: channels (c r r) become c and r × r pixels.
    shapes: { w: [3, 3, 3, 4 * D], u: [3, 3, D, 4], fc: [4, 3] },
    input: [B, 3, 4, 4],
    forward(p, x) {
      const h = reshape(convFirst(x, p.w), [B, D, 2, 2, 4, 4]);
      const large = reshape(transpose(h, [0, 1, 4, 2, 5, 3]), [B, D, 8, 8]);
      return matMul(mean(relu(convFirst(relu(large), p.u)), [2, 3]), p.fc);
    },
    groups: ['3', '4'],
    patterns: { w: '3 3 3 (w 4)', u: '3 3 w u', fc: 'u 3' },
  },
  pixelUnshuffle: {
    shapes: { w: [3, 3, 3, D], u: [1, 1, 4 * D, 4], fc: [4, 3] },
    input: [B, 3, 4, 4],
    forward(p, x) {
      const h = reshape(relu(convFirst(x, p.w)), [B, D, 2, 2, 2, 2]);
      const small = reshape(transpose(h, [0, 1, 3, 5, 2, 4]), [B, 4 * D, 2, 2]);
      return matMul(mean(relu(convFirst(small, p.u)), [2, 3]), p.fc);
    },
    groups: ['3', '4'],
    patterns: { w: '3 3 3 w', u: '1 1 (w 4) u', fc: 'u 3' },
  },
  spaceToDepth: {
    // Channels last, and back by the kernel.
    shapes: { w: [3, 3, 3, D], u: [3, 3, 4 * D, 4 * D], v: [3, 3, D, 4], fc: [4, 3] },
    input: [B, 4, 4, 3],
    forward(p, x) {
      const h = reshape(relu(conv(x, p.w)), [B, 2, 2, 2, 2, D]);
      const small = reshape(transpose(h, [0, 1, 3, 2, 4, 5]), [B, 2, 2, 4 * D]);
      const large = tf.depthToSpace(relu(conv(small, p.u)) as tf.Tensor4D, 2, 'NHWC');
      return matMul(max(reshape(relu(conv(large, p.v)), [B, 16, 4]), 1), p.fc);
    },
    groups: ['3', '3', '4'],
    patterns: { w: '3 3 3 w', u: '3 3 (4 w) (4 u)', v: '3 3 u v' },
  },
};
