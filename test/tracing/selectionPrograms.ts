import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { Program } from './programs';

const { add, expandDims, gather, matMul, mean, mul, relu, reshape, softmax, sub, sum } = tf;

const [B, T, E, F] = [3, 5, 8, 6];
const rows = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  reshape(matMul(reshape(x, [-1, x.shape.at(-1)!]), kernel), [
    ...x.shape.slice(0, -1),
    kernel.shape[1]!,
  ]);
const realFft = (x: tf.Tensor): tf.Tensor =>
  tf.real(tf.spectral.fft(tf.complex(x, tf.zerosLike(x))));

/** The outputs of four experts, [batch, expert, width]. */
const experts = (p: Params, h: tf.Tensor): tf.Tensor =>
  tf.einsum('bef,efd->bed', relu(tf.einsum('bd,edf->bef', h, p.w1)), p.w2);
const expertShapes = {
  embed: [5, E],
  gate: [E, 4],
  w1: [4, E, F],
  w2: [4, F, E],
  head: [E, 3],
};
const expertGroups = ['24/4', '4', '8'];
const expertPatterns = { gate: 'embed gate', w1: 'gate embed w1[gate]', w2: 'gate w1[gate] embed' };

/** Squared distances of rows to the entries of a codebook. */
const distances = (x: tf.Tensor, codes: tf.Tensor): tf.Tensor =>
  add(
    sub(sum(tf.square(x), 1, true), mul(matMul(x, codes, false, true), 2)),
    sum(tf.square(codes), 1),
  );

/** Networks that transform by Fourier, and that select units by data. */
export const selectionPrograms: Readonly<Record<string, Program>> = {
  fnet: {
    shapes: { embed: [5, E], f1: [E, F], f2: [F, E], head: [E, 3] },
    input: [B, T, 5],
    forward(p, x) {
      let h = rows(x, p.embed);
      const mixed = realFft(tf.transpose(realFft(h), [0, 2, 1]));
      h = add(h, tf.transpose(mixed, [0, 2, 1]));
      h = add(h, rows(relu(rows(h, p.f1)), p.f2));
      return matMul(mean(h, 1), p.head);
    },
    groups: ['6'],
    patterns: { embed: '5 8', f1: '8 f1', f2: 'f1 8' },
  },
  sequenceFourier: {
    // Along the sequence alone; parts are filtered by complex weights for each channel.
    shapes: { embed: [5, E], re: [4, E], im: [4, E], head: [E, 3] },
    input: [B, 4, 5],
    forward(p, x) {
      const h = tf.transpose(rows(x, p.embed), [0, 2, 1]);
      const [re, im] = [p.re, p.im].map((part) =>
        tf.tile(expandDims(tf.transpose(part), 0), [B, 1, 1]),
      );
      const filter = tf.complex(re, im);
      const parts = mul(tf.spectral.fft(tf.complex(h, tf.zerosLike(h))), filter);
      const back = add(tf.real(tf.spectral.ifft(parts)), tf.imag(tf.spectral.ifft(parts)));
      return matMul(mean(relu(back), 2), p.head);
    },
    groups: ['8'],
    patterns: { embed: '5 embed', re: '4 embed', head: 'embed 3' },
  },
  realFourier: {
    shapes: { embed: [5, E], f: [4 * E, 4], head: [4, 3] },
    input: [B, 4, 5],
    forward(p, x) {
      const h = tf.transpose(rows(x, p.embed), [0, 2, 1]);
      const parts = tf.spectral.rfft(h);
      const back = tf.spectral.irfft(mul(parts, parts));
      const signal = reshape(relu(back), [B, -1]);
      return matMul(relu(matMul(signal, tf.slice(p.f, 0, signal.shape[1]!))), p.head);
    },
    groups: ['4', '8'],
    patterns: { embed: '5 embed', head: 'f 3' },
  },
  topExpertsGathered: {
    shapes: expertShapes,
    input: [B, 5],
    forward(p, x) {
      const h = matMul(x, p.embed);
      const { values, indices } = tf.topk(softmax(matMul(h, p.gate)), 2);
      const picked = gather(experts(p, h), tf.cast(indices, 'int32'), 1, 1);
      return matMul(add(h, sum(mul(expandDims(values, 2), picked), 1)), p.head);
    },
    groups: expertGroups,
    patterns: expertPatterns,
  },
  topExpertsOneHot: {
    shapes: expertShapes,
    input: [B, 5],
    forward(p, x) {
      const h = matMul(x, p.embed);
      const { values, indices } = tf.topk(softmax(matMul(h, p.gate)), 2);
      const [first, second] = tf.split(indices, 2, 1);
      const codes = tf.concat(
        [first, second].map((each) =>
          tf.cast(tf.oneHot(tf.squeeze(each, [1]) as tf.Tensor1D, 4), 'float32'),
        ),
        1,
      );
      const gates = sum(mul(reshape(codes, [B, 2, 4]), expandDims(values, 2)), 1);
      return matMul(add(h, tf.einsum('be,bed->bd', gates, experts(p, h))), p.head);
    },
    groups: expertGroups,
    patterns: expertPatterns,
  },
  topExpertsMasked: {
    // Experts below the second greatest gate are masked.
    shapes: expertShapes,
    input: [B, 5],
    forward(p, x) {
      const h = matMul(x, p.embed);
      const gates = softmax(matMul(h, p.gate));
      const least = tf.slice(tf.topk(gates, 2).values, [0, 1], [B, 1]);
      const kept = mul(gates, tf.cast(tf.greaterEqual(gates, least), 'float32'));
      return matMul(add(h, tf.einsum('be,bed->bd', kept, experts(p, h))), p.head);
    },
    groups: expertGroups,
    patterns: expertPatterns,
  },
  switchExpert: {
    // The weights of the one expert are gathered, so that units move alike in all of them.
    shapes: expertShapes,
    input: [B, 5],
    forward(p, x) {
      const h = matMul(x, p.embed);
      const gates = softmax(matMul(h, p.gate));
      const best = tf.argMax(gates, 1) as tf.Tensor1D;
      const hidden = relu(tf.einsum('bd,bdf->bf', h, gather(p.w1, best)));
      const y = tf.einsum('bf,bfd->bd', hidden, gather(p.w2, best));
      return matMul(add(h, mul(y, tf.max(gates, 1, true))), p.head);
    },
    groups: ['4', '6', '8'],
    patterns: { gate: 'embed gate', w1: 'gate embed w1', w2: 'gate w1 embed' },
  },
  vectorQuantised: {
    shapes: { enc: [5, E], codes: [7, E], dec: [E, F], head: [F, 3] },
    input: [12, 5],
    forward(p, x) {
      const code = tf.argMin(distances(matMul(x, p.enc), p.codes), 1) as tf.Tensor1D;
      return matMul(relu(matMul(gather(p.codes, code), p.dec)), p.head);
    },
    groups: ['6', '7', '8'],
    patterns: { enc: '5 enc', codes: 'codes enc', dec: 'enc dec', head: 'dec 3' },
  },
  vectorQuantisedByDifference: {
    // Distances by broadcasting; codes are looked up on a grid and by one-hot vectors.
    shapes: { enc: [5, E], codes: [7, E], dec: [E, 3] },
    input: [12, 5],
    forward(p, x) {
      const h = reshape(matMul(x, p.enc), [12, 1, E]);
      const far = sum(tf.square(sub(h, expandDims(p.codes, 0))), 2);
      const code = reshape(tf.argMin(far, 1), [3, 4]) as tf.Tensor2D;
      const found = reshape(gather(p.codes, code), [12, E]);
      const counts = tf.cast(tf.oneHot(reshape(code, [12]) as tf.Tensor1D, 7), 'float32');
      return matMul(relu(add(found, matMul(counts, p.codes))), p.dec);
    },
    groups: ['7', '8'],
    patterns: { enc: '5 enc', codes: 'codes enc', dec: 'enc 3' },
  },
  topUnits: {
    // The units that are greatest on average, with the rows of the next layer that they meet.
    shapes: { w1: [5, 9], w2: [9, E], head: [E, 3] },
    input: [B, 5],
    forward(p, x) {
      const h = relu(matMul(x, p.w1));
      const { indices } = tf.topk(mean(h, 0), 4);
      const best = tf.stridedSlice(indices, [0], [3], [1]) as tf.Tensor1D;
      return matMul(relu(matMul(gather(h, best, 1), gather(p.w2, best))), p.head);
    },
    groups: ['8', '9'],
    patterns: { w1: '5 w1', w2: 'w1 w2' },
  },
  topUnitsOfHeads: {
    // In each head of its own: the numbers are those of units inside a head.
    shapes: { w1: [5, 12], w2: [12, E], head: [E, 3] },
    input: [B, 5],
    forward(p, x) {
      const h = reshape(matMul(x, p.w1), [B * 3, 4]);
      const best = tf.argMax(h, 1) as tf.Tensor1D;
      const values = gather(tf.square(h), best, 1, 1);
      const greatest = sum(reshape(values, [B, 3]), 1, true);
      return matMul(add(relu(matMul(reshape(h, [B, 12]), p.w2)), greatest), p.head);
    },
    groups: ['12/3', '3', '8'],
    patterns: { w1: '5 (w1.heads w1[w1.heads])' },
  },
  positionsAsNumbers: {
    // The number itself is used: the axis is fixed.
    shapes: { w1: [5, 6], w2: [6, E], head: [E, 3] },
    input: [B, 5],
    forward(p, x) {
      const h = matMul(x, p.w1);
      const best = tf.cast(tf.argMax(h, 1), 'float32');
      return matMul(relu(add(matMul(h, p.w2), expandDims(best, 1))), p.head);
    },
    groups: ['8'],
    patterns: { w1: '5 6', w2: '6 w2' },
  },
  graphSums: {
    // Messages along five edges between four nodes.
    shapes: { embed: [5, E], message: [E, F], update: [F, E], head: [E, 3] },
    input: [4, 5],
    forward(p, x) {
      const h = matMul(x, p.embed);
      const from = tf.tensor1d([0, 1, 2, 3, 0], 'int32');
      const to = tf.tensor1d([1, 2, 3, 0, 2], 'int32');
      const messages = relu(matMul(gather(h, from), p.message));
      const sums = tf.unsortedSegmentSum(messages, to, 4);
      const spread = tf.scatterND(tf.reshape(to, [5, 1]), messages, [4, F]);
      const placed = tf.tensorScatterUpdate(sums, tf.reshape(to, [5, 1]), messages);
      const all = add(add(sums, spread), placed);
      return matMul(relu(add(h, matMul(all, p.update))), p.head);
    },
    groups: ['6', '8'],
    patterns: { embed: '5 embed', message: 'embed message', update: 'message embed' },
  },
};
