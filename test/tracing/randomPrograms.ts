import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type RandomSource, randomSource } from '../../src/runtime/randomSource';

/** A random network: its params, an input and its function. */
export interface RandomProgram {
  readonly params: Params;
  readonly x: tf.Tensor;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  /** The input and what each layer gives. */
  readonly tensors: (params: Params, x: tf.Tensor) => tf.Tensor[];
  /** The layers, for a failure's message. */
  readonly text: string;
}

/** The material of layers while a network is made: earlier tensors of some shapes, new params, constants. */
interface Maker {
  readonly random: RandomSource;
  readonly h: tf.Tensor;
  /** A parameter of this shape; gives its name. */
  param(shape: readonly number[]): string;
  /** The number of an earlier tensor that fits, or −1. */
  earlier(fits: (shape: readonly number[]) => boolean): number;
}

type Step = (p: Params, h: tf.Tensor, all: readonly tf.Tensor[]) => tf.Tensor;
type Layer = (maker: Maker) => Step | null;

/** A network of random layers; the same for the same seed. */
export function randomProgram(seed: number): RandomProgram {
  const random = randomSource(seed, 7);
  const params: Record<string, tf.Tensor> = {};
  const kind = random.below(3);
  const size = [2, 3, 4, 6][random.below(4)];
  const shape = [
    [2, 5, 5, 3],
    [2, 7],
    [2, size, 4],
  ][kind];
  const x = normal(shape, random);
  const steps: { name: string; step: Step }[] = [];
  const tensors: tf.Tensor[] = [x];
  const count = 3 + random.below(9);
  for (let tries = 0; steps.length < count && tries < 60; tries++) {
    const h = tensors.at(-1)!;
    const fitting = layers[h.rank] ?? {};
    const names = Object.keys(fitting);
    const name = names[random.below(names.length)];
    const drafted: string[] = [];
    const maker: Maker = {
      random,
      h,
      param(own) {
        const made = `p${Object.keys(params).length}`;
        const fan = own.slice(0, -1).reduce((a, b) => a * b, 1);
        params[made] = tf.mul(normal(own, random), Math.sqrt(1.5 / fan));
        drafted.push(made);
        return made;
      },
      earlier(fits) {
        const all = tensors.flatMap((each, i) => (fits(each.shape) ? [i] : []));
        return all.length > 0 ? all[random.below(all.length)] : -1;
      },
    };
    const step = fitting[name](maker);
    if (!step) continue;
    const result = step(params, h, tensors);
    const norm = tf.norm(result).dataSync()[0];
    const isFine = result.size < 6000 && norm > 1e-3 && norm < 1e6;
    if (!isFine) {
      for (const each of drafted) delete params[each];
      continue;
    }
    tensors.push(result);
    steps.push({ name, step });
  }
  const run = (p: Params, input: tf.Tensor): tf.Tensor[] => {
    const all = [input];
    for (const { step } of steps) all.push(step(p, all.at(-1)!, all));
    return all;
  };
  const forward = (p: Params, input: tf.Tensor) => run(p, input).at(-1)!;
  const text = steps.map(({ name }, i) => `${name}[${tensors[i + 1].shape}]`).join(' ');
  return { params, x, forward, tensors: run, text: `seed ${seed}: ${text}` };
}

/** Normal numbers, as near as the sum of twelve uniform ones. */
export function normal(shape: readonly number[], random: RandomSource): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.below(2 ** 16) / 2 ** 16;
    return sum;
  });
  return tf.tensor(values, [...shape]);
}

const pick = <T>(random: RandomSource, values: readonly T[]): T =>
  values[random.below(values.length)];
const same = (shape: readonly number[]) => (other: readonly number[]) =>
  other.join() === shape.join();
const conv = (x: tf.Tensor, kernel: tf.Tensor, strides = 1): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, 'same');

/** Layers of tensors of any rank. */
const common: Record<string, Layer> = {
  relu: () => (_, h) => tf.relu(h),
  tanh: () => (_, h) => tf.tanh(h),
  bias({ h, param }) {
    const b = param([h.shape.at(-1)!]);
    return (p, y) => tf.add(y, p[b]);
  },
  scale({ h, param }) {
    const g = param([h.shape.at(-1)!]);
    return (p, y) => tf.mul(y, tf.exp(p[g]));
  },
  prelu({ h, param }) {
    const a = param([h.shape.at(-1)!]);
    return (p, y) => tf.prelu(y, p[a]);
  },
  residual({ h, earlier }) {
    const at = earlier(same(h.shape));
    return at < 0 ? null : (_, y, all) => tf.add(y, all[at]);
  },
  gate({ h, earlier }) {
    const at = earlier(same(h.shape));
    return at < 0 ? null : (_, y, all) => tf.mul(y, tf.sigmoid(all[at]));
  },
  concat({ h, earlier }) {
    const at = earlier((shape) => same(h.shape.slice(0, -1))(shape.slice(0, -1)));
    return at < 0 ? null : (_, y, all) => tf.concat([y, all[at]], -1);
  },
  crelu: () => (_, h) => tf.concat([tf.relu(h), tf.relu(tf.neg(h))], -1),
  glu({ h }) {
    if (h.shape.at(-1)! % 2 !== 0) return null;
    return (_, y) => {
      const [a, b] = tf.split(y, 2, -1);
      return tf.mul(a, tf.sigmoid(b));
    };
  },
  swap({ h }) {
    if (h.shape.at(-1)! % 2 !== 0) return null;
    return (_, y) => tf.concat(tf.split(y, 2, -1).reverse(), -1);
  },
  part({ h, random }) {
    const size = h.shape.at(-1)!;
    if (size < 3) return null;
    const from = random.below(2);
    const begin = [...h.shape.slice(1).map(() => 0), from];
    return (_, y) => tf.slice(y, begin, [...h.shape.slice(0, -1), size - 1]);
  },
  reverse: () => (_, h) => tf.reverse(h, -1),
  pick({ h, random }) {
    const size = h.shape.at(-1)!;
    const indices = Array.from({ length: size }, () => random.below(size));
    return (_, y) => tf.gather(y, tf.tensor1d(indices, 'int32'), -1);
  },
  everyOther({ h }) {
    const size = h.shape.at(-1)!;
    if (size < 4) return null;
    const zeros = h.shape.map(() => 0);
    return (_, y) => tf.stridedSlice(y, zeros, [...h.shape], [...h.shape.slice(1).map(() => 1), 2]);
  },
  tile:
    ({ h }) =>
    (_, y) =>
      tf.tile(y, [...h.shape.slice(1).map(() => 1), 2]),
  pad:
    ({ h }) =>
    (_, y) =>
      tf.pad(y, [...h.shape.slice(1).map((): [number, number] => [0, 0]), [1, 2]]),
  mirror({ h }) {
    if (h.rank > 2 || h.shape[1]! < 3) return null;
    return (_, y) =>
      tf.mirrorPad(
        y,
        [
          [0, 0],
          [1, 0],
        ],
        'reflect',
      );
  },
  mask({ h, random }) {
    const mask = Array.from({ length: h.shape.at(-1)! }, () => random.below(2) + 0.5);
    return (_, y) => tf.mul(y, tf.tensor1d(mask));
  },
  softmax: () => (_, h) => tf.softmax(h),
  normalise: () => (_, h) => {
    const { mean, variance } = tf.moments(h, -1, true);
    return tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, 0.1)));
  },
  cumulate: () => (_, h) => tf.tanh(tf.cumsum(h, h.rank - 1)),
  where({ h, earlier }) {
    const at = earlier(same(h.shape));
    return at < 0 ? null : (_, y, all) => tf.where(tf.greater(y, 0.1), y, all[at]);
  },
  square: () => (_, h) => tf.tanh(tf.square(h)),
};

const vectors: Record<string, Layer> = {
  dense({ h, param, random }) {
    const w = param([h.shape[1]!, pick(random, [2, 3, 4, 6, 8])]);
    return (p, y) => tf.matMul(y, p[w]);
  },
  denseTransposed({ h, param, random }) {
    const w = param([pick(random, [3, 4, 6]), h.shape[1]!]);
    return (p, y) => tf.matMul(y, p[w], false, true);
  },
  fused({ h, param, random }) {
    const size = pick(random, [3, 4, 6]);
    const [w, b] = [param([h.shape[1]!, size]), param([size])];
    return (p, y) =>
      tf.fused.matMul({
        a: y as tf.Tensor2D,
        b: p[w] as tf.Tensor2D,
        bias: p[b],
        activation: 'relu',
      });
  },
  weightNorm({ h, param, random }) {
    const w = param([h.shape[1]!, pick(random, [3, 4])]);
    return (p, y) => tf.matMul(y, tf.div(p[w], tf.add(tf.norm(p[w], 2, 0, true), 0.1)));
  },
  outer({ h, earlier }) {
    const at = earlier((shape) => shape.length === 2 && shape[1] * h.shape[1]! <= 64);
    if (at < 0) return null;
    return (_, y, all) => {
      const other = all[at];
      const product = tf.mul(tf.expandDims(y, 2), tf.expandDims(other, 1));
      return tf.reshape(product, [2, -1]);
    };
  },
  unflatten({ h, random }) {
    const size = h.shape[1]!;
    const factors = [2, 3, 4].filter((n) => size % n === 0 && size > n);
    if (factors.length === 0) return null;
    const n = pick(random, factors);
    return (_, y) => tf.reshape(y, [2, n, size / n]);
  },
  experts({ h, param }) {
    const w = param([3, h.shape[1]!, 4]);
    return (p, y) => tf.einsum('bd,edf->bef', y, p[w]);
  },
  recur({ h, param }) {
    const [w, u] = [param([h.shape[1]!, 4]), param([4, 4])];
    return (p, y) => {
      let state: tf.Tensor = tf.zeros([2, 4]);
      for (let t = 0; t < 2; t++) {
        state = tf.tanh(tf.add(tf.matMul(y, p[w]), tf.matMul(state, p[u])));
      }
      return state;
    };
  },
};

const sequences: Record<string, Layer> = {
  dense({ h, param, random }) {
    const w = param([h.shape[2]!, pick(random, [2, 4, 6, 8])]);
    return (p, y) =>
      tf.reshape(tf.matMul(tf.reshape(y, [-1, y.shape[2]!]), p[w]), [2, y.shape[1]!, -1]);
  },
  transpose: () => (_, h) => tf.transpose(h, [0, 2, 1]),
  flatten: () => (_, h) => tf.reshape(h, [2, -1]),
  mean: () => (_, h) => tf.mean(h, 1),
  max: () => (_, h) => tf.max(h, 2),
  weigh({ h, param }) {
    const w = param([h.shape[1]!, h.shape[2]!]);
    return (p, y) => tf.mul(y, p[w]);
  },
  position({ h, param }) {
    const w = param([1, h.shape[1]!, h.shape[2]!]);
    return (p, y) => tf.add(y, p[w]);
  },
  gram: () => (_, h) => tf.tanh(tf.matMul(h, h, false, true)),
  attention({ h, param, random }) {
    const [heads, size] = [pick(random, [1, 2, 3]), pick(random, [2, 3])];
    const E = h.shape[2]!;
    const [q, k, v] = [0, 1, 2].map(() => param([E, heads * size]));
    const o = param([heads * size, E]);
    return (p, y) => {
      const rows = tf.reshape(y, [-1, E]);
      const split = (name: string) =>
        tf.transpose(tf.reshape(tf.matMul(rows, p[name]), [2, -1, heads, size]), [0, 2, 1, 3]);
      const a = tf.softmax(tf.matMul(split(q), split(k), false, true));
      const mixed = tf.transpose(tf.matMul(a, split(v)), [0, 2, 1, 3]);
      const out = tf.matMul(tf.reshape(mixed, [-1, heads * size]), p[o]);
      return tf.add(y, tf.reshape(out, [...y.shape]));
    };
  },
  einsum({ h, param }) {
    const w = param([h.shape[2]!, 2, 3]);
    return (p, y) => tf.reshape(tf.einsum('btc,chd->bthd', y, p[w]), [2, y.shape[1]!, 6]);
  },
  unstack: () => (_, h) => tf.concat(tf.unstack(h, 1), 1),
  restack: () => (_, h) => tf.stack(tf.unstack(h, 1), 2),
  reshuffle({ h }) {
    const size = h.shape[1]! * h.shape[2]!;
    return size % 2 === 0 ? (_, y) => tf.reshape(y, [2, 2, size / 2]) : null;
  },
};

const images: Record<string, Layer> = {
  conv({ h, param, random }) {
    const window = pick(random, [1, 3]);
    const w = param([window, window, h.shape[3]!, pick(random, [2, 4, 6])]);
    return (p, y) => conv(y, p[w]);
  },
  fusedConv({ h, param, random }) {
    const size = pick(random, [2, 4]);
    const [w, b] = [param([1, 1, h.shape[3]!, size]), param([size])];
    return (p, y) =>
      tf.fused.conv2d({
        x: y as tf.Tensor4D,
        filter: p[w] as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: p[b],
        activation: 'relu',
      });
  },
  depthwise({ h, param, random }) {
    const w = param([3, 3, h.shape[3]!, pick(random, [1, 2])]);
    return (p, y) => tf.depthwiseConv2d(y as tf.Tensor4D, p[w] as tf.Tensor4D, 1, 'same');
  },
  transposed({ h, param }) {
    const w = param([2, 2, 4, h.shape[3]!]);
    const [n, height, width] = h.shape;
    return (p, y) =>
      tf.conv2dTranspose(y as tf.Tensor4D, p[w] as tf.Tensor4D, [n, height!, width!, 4], 1, 'same');
  },
  pool: () => (_, h) => tf.maxPool(h as tf.Tensor4D, 2, 2, 'same'),
  average: () => (_, h) => tf.avgPool(h as tf.Tensor4D, 2, 1, 'same'),
  spaceMean: () => (_, h) => tf.mean(h, [1, 2]),
  flatten: () => (_, h) => tf.reshape(h, [2, -1]),
  channelsFirst: () => (_, h) => tf.reshape(tf.transpose(h, [0, 3, 1, 2]), [2, -1]),
  tokens: () => (_, h) => tf.reshape(h, [2, -1, h.shape[3]!]),
  norm({ h, param }) {
    const [g, b] = [param([h.shape[3]!]), param([h.shape[3]!])];
    return (p, y) => {
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      return tf.batchNorm(
        y as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        p[b] as tf.Tensor1D,
        p[g] as tf.Tensor1D,
        0.1,
      );
    };
  },
  shuffle({ h }) {
    const [n, height, width, channels] = h.shape as number[];
    if (channels % 2 !== 0 || channels < 4) return null;
    return (_, y) => {
      const split = tf.reshape(y, [n, height, width, 2, channels / 2]);
      return tf.reshape(tf.transpose(split, [0, 1, 2, 4, 3]), [n, height, width, channels]);
    };
  },
  groupNorm({ h }) {
    const [n, height, width, channels] = h.shape as number[];
    if (channels % 2 !== 0) return null;
    return (_, y) => {
      const split = tf.reshape(y, [n, height * width, 2, channels / 2]);
      const { mean, variance } = tf.moments(split, [1, 3], true);
      const scaled = tf.div(tf.sub(split, mean), tf.sqrt(tf.add(variance, 0.1)));
      return tf.reshape(scaled, [n, height, width, channels]);
    };
  },
  squeeze({ h, param }) {
    const channels = h.shape[3]!;
    const [a, b] = [param([channels, 3]), param([3, channels])];
    return (p, y) => {
      const s = tf.matMul(tf.relu(tf.matMul(tf.mean(y, [1, 2]), p[a])), p[b]);
      return tf.mul(y, tf.reshape(tf.sigmoid(s), [2, 1, 1, channels]));
    };
  },
  grouped({ h, param }) {
    const channels = h.shape[3]!;
    if (channels % 2 !== 0) return null;
    const [a, b] = [param([1, 1, channels / 2, 3]), param([1, 1, channels / 2, 3])];
    return (p, y) => {
      const [first, second] = tf.split(y, 2, 3);
      return tf.concat([conv(first, p[a]), conv(second, p[b])], 3);
    };
  },
  resize: () => (_, h) => tf.image.resizeBilinear(h as tf.Tensor4D, [4, 4]),
  depthToSpace({ h }) {
    if (h.shape[3]! % 4 !== 0) return null;
    return (_, y) => tf.depthToSpace(y as tf.Tensor4D, 2, 'NHWC');
  },
};

const layers: Record<number, Record<string, Layer>> = {
  2: { ...common, ...vectors, dense2: vectors.dense, dense3: vectors.dense },
  3: { ...common, ...sequences, dense2: sequences.dense, dense3: sequences.dense },
  4: { ...common, ...images, conv2: images.conv, conv3: images.conv },
};
