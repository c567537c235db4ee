import * as tf from '@tensorflow/tfjs-core';
import { type Params, permute } from 'perm-lmc';
import { expect, it } from 'vitest';
import { type RandomSource, randomSource } from '../../src/runtime/randomSource';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { applySpec } from './applySpec';
import { groupList, outputChange, randomInput, randomParams } from './network';

await useBackend('cpu');

const count = Number(process.env.FUZZ ?? 150);
const first = Number(process.env.FUZZ_FIRST ?? 1);
const width = 12;

/** One step of a network of images with twelve channels. */
type Step = (p: Params, h: tf.Tensor) => tf.Tensor;
/** Draws what a step is to be; `param` makes a parameter and gives its name. */
type Layer = (random: RandomSource, param: (...shape: number[]) => string) => Step;

const conv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
const pick = <T>(random: RandomSource, values: readonly T[]): T =>
  values[random.below(values.length)];
const parts = (x: tf.Tensor, count: number, axis: number, isSplit: boolean): tf.Tensor[] => {
  if (isSplit) return tf.split(x, count, axis);
  const size = x.shape.with(axis, x.shape[axis]! / count);
  return Array.from({ length: count }, (_, i) =>
    tf.slice(
      x,
      x.shape.map((_, k) => (k === axis ? i * size[k]! : 0)),
      size,
    ),
  );
};

/** A grouped convolution. `alter` may change what each lane gives. */
function grouped(
  random: RandomSource,
  param: (...shape: number[]) => string,
  alter: (y: tf.Tensor, i: number) => tf.Tensor = (y) => y,
): Step {
  const groups = pick(random, [2, 3, 4]);
  const [isTorch, isSplit, isSame] = [0, 0, 0].map(() => random.below(2) === 0);
  const inner = width / groups;
  const size = pick(random, [1, 3]);
  const w = isTorch ? param(width, inner, size, size) : param(size, size, inner, width);
  return (p, h) => {
    const axis = isTorch ? 0 : 3;
    const kernels = parts(p[w], groups, axis, isSplit).map((kernel) =>
      isTorch ? tf.transpose(kernel, [2, 3, 1, 0]) : kernel,
    );
    const ys = parts(h, groups, 3, isSame).map((part, i) => alter(conv(part, kernels[i]), i));
    return tf.tanh(tf.concat(ys, 3));
  };
}

const layers: Readonly<Record<string, Layer>> = {
  grouped,
  groupedAgain: grouped,
  scaledLanes: (random, param) => grouped(random, param, (y) => tf.mul(tf.relu(y), 0.7)),
  lanesOfOtherScales: (random, param) => grouped(random, param, (y, i) => tf.mul(y, i + 1)),
  lanesOfOneMask(random, param) {
    // One tensor in all lanes. They have 3, 4 or 6 channels.
    const mask = tf.tensor1d([1, 2, 3, 4, 5, 6]);
    return grouped(random, param, (y) => tf.mul(y, tf.sum(tf.relu(tf.sub(mask, 3)))));
  },
  lanesOfOneVector(random, param) {
    const masks = [3, 4, 6].map((size) => tf.range(1, size + 1));
    return grouped(random, param, (y) => tf.mul(y, masks.find(({ size }) => size === y.shape[3])!));
  },
  lanesOfOneKernel(random, param) {
    const groups = pick(random, [2, 3, 4]);
    const w = param(1, 1, width / groups, width / groups);
    return (p, h) =>
      tf.tanh(
        tf.concat(
          tf.split(h, groups, 3).map((part) => conv(part, p[w])),
          3,
        ),
      );
  },
  dense(_, param) {
    const w = param(1, 1, width, width);
    return (p, h) => tf.tanh(conv(h, p[w]));
  },
  bias(_, param) {
    const b = param(width);
    return (p, h) => tf.add(h, p[b]);
  },
  biasParts(random, param) {
    const b = param(width);
    const groups = pick(random, [2, 3, 4]);
    return (p, h) => {
      const biases = tf.split(p[b], groups);
      return tf.concat(
        tf.split(h, groups, 3).map((part, i) => tf.add(part, biases[i])),
        3,
      );
    };
  },
  shuffle(random) {
    const groups = pick(random, [2, 3, 4]);
    return (_, h) => {
      const divided = tf.reshape(h, [...h.shape.slice(0, 3), groups, width / groups]);
      return tf.reshape(tf.transpose(divided, [0, 1, 2, 4, 3]), h.shape);
    };
  },
  softmaxLanes(random) {
    const groups = pick(random, [2, 3]);
    return (_, h) =>
      tf.concat(
        tf.split(h, groups, 3).map((part) => tf.softmax(part)),
        3,
      );
  },
  normLanes(random) {
    const groups = pick(random, [2, 3]);
    return (_, h) =>
      tf.concat(
        tf
          .split(h, groups, 3)
          .map((part) => tf.div(part, tf.sqrt(tf.add(tf.mean(tf.square(part), 3, true), 0.1)))),
        3,
      );
  },
  swap: () => (_, h) => tf.concat(tf.split(h, 3, 3).reverse(), 3),
  unequal: () => (_, h) =>
    tf.concat(
      tf.split(h, [4, 6, 2], 3).map((part) => tf.relu(part)),
      3,
    ),
  stackLanes(random) {
    const axis = random.below(5);
    return (_, h) => tf.reshape(tf.stack(tf.split(h, 2, 3), axis), h.shape);
  },
  rows: () => (_, h) =>
    tf.stack(
      tf.unstack(h, 1).map((row) => tf.softmax(row)),
      1,
    ),
  repeated(random, param) {
    const [groups, times] = pick(random, [
      [3, 2],
      [2, 3],
      [4, 3],
    ]);
    const [w, way] = [param(1, 1, width * times, width), random.below(5)];
    return (p, h) => {
      const [n, y, x] = h.shape;
      const divided = tf.reshape(h, [n, y!, x!, groups, width / groups]);
      const copies = [
        () => tf.tile(h, [1, 1, 1, times]),
        () => tf.tile(tf.expandDims(divided, 4), [1, 1, 1, 1, times, 1]),
        () =>
          tf.gather(
            divided,
            tf.tensor1d(
              Array.from({ length: groups * times }, (_, i) => Math.floor(i / times)),
              'int32',
            ),
            3,
          ),
        () => tf.stack(Array(times).fill(divided), 4),
        () =>
          tf.concat(
            tf.split(h, groups, 3).flatMap((part) => Array(times).fill(part)),
            3,
          ),
      ][way]();
      return tf.tanh(conv(tf.reshape(copies, [n, y!, x!, width * times]), p[w]));
    };
  },
  gates(_, param) {
    // Units in three blocks, each of which has three gates of its own.
    const w = param(1, 1, width, 9);
    return (p, h) => {
      const [n, y, x] = h.shape;
      const gates = tf.reshape(tf.sigmoid(conv(h, p[w])), [n, y!, x!, 3, 3, 1]);
      const blocks = tf.reshape(h, [n, y!, x!, 3, 1, 4]);
      return tf.reshape(tf.sum(tf.mul(gates, blocks), 4), h.shape);
    };
  },
  laneAlone(random, param) {
    const [w, v] = [param(1, 1, width / 2, width), param(1, 1, width / 2, width)];
    const lane = random.below(2);
    return (p, h) => {
      const kernels = tf.split(p[w], 2, 3);
      const ys = tf.split(h, 2, 3).map((part, i) => tf.relu(conv(part, kernels[i])));
      return tf.add(tf.concat(ys, 3), conv(ys[lane], p[v]));
    };
  },
  nested(_, param) {
    const w = param(1, 1, 3, width);
    return (p, h) => {
      const kernels = tf.split(p[w], 2, 3).map((kernel) => tf.split(kernel, 2, 3));
      const outer = tf.split(h, 2, 3).map((part, i) =>
        tf.concat(
          tf.split(part, 2, 3).map((each, j) => conv(each, kernels[i][j])),
          3,
        ),
      );
      return tf.tanh(tf.concat(outer, 3));
    };
  },
};

function randomNetwork(seed: number) {
  const random = randomSource(seed, 9);
  const shapes: Record<string, number[]> = { embed: [1, 1, 3, width], head: [width, 3] };
  const names = Object.keys(layers);
  const chosen = Array.from(
    { length: 1 + random.below(4) },
    () => names[random.below(names.length)],
  );
  const steps = chosen.map((name) =>
    layers[name](random, (...shape) => {
      const made = `p${Object.keys(shapes).length}`;
      shapes[made] = shape;
      return made;
    }),
  );
  const isSkip = random.below(2) === 0;
  const forward = (p: Params, x: tf.Tensor) => {
    const h = conv(x, p.embed);
    const y = steps.reduce((each, step) => step(p, each), h);
    return tf.matMul(tf.mean(tf.tanh(isSkip ? tf.add(h, y) : y), [1, 2]), p.head);
  };
  const program = { shapes, input: [2, 3, 3, 3], forward, groups: [] };
  return { params: randomParams(shapes, seed), x: randomInput(program, seed), forward, chosen };
}

it(`permuting the groups of ${count} networks of lanes and repeated units leaves their outputs`, () => {
  const faults: string[] = [];
  let groups = 0;
  for (let seed = first; seed < first + count; seed++) {
    tf.engine().startScope();
    try {
      const { params, x, forward, chosen } = randomNetwork(seed);
      const { spec } = traceForward(forward, params, x);
      groups += groupList(spec).length;
      for (const apply of [permute, applySpec]) {
        for (const order of [3, 4]) {
          const change = outputChange(spec, forward, params, x, order, apply);
          if (!(change < 1e-3)) faults.push(`seed ${seed}: ${chosen}: ${change} by ${apply.name}`);
        }
      }
    } catch (error) {
      faults.push(`seed ${seed}: ${error}`);
    } finally {
      tf.engine().endScope();
    }
  }
  expect(faults).toEqual([]);
  expect(groups).toBeGreaterThan(count);
});
