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
const [rows, width] = [3, 6];

/** One step of a network of rows of six units. */
type Step = (p: Params, h: tf.Tensor) => tf.Tensor;
/** Draws what a step is to be; `param` makes a parameter and gives its name. */
type Layer = (random: RandomSource, param: (...shape: number[]) => string) => Step;

const constants: readonly ((i: number, j: number) => number)[] = [
  (i, j) => Number(i === j),
  (i, j) => Number(i === j) - 1 / width,
  (i, j) => Number(i >> 1 === j >> 1),
  (i, j) => Number(i % 3 === j % 3),
  (i, j) => Number(i === (2 * j + 1) % 7),
  (i, j) => (i < 4 ? Number(i === j) : j),
  (i, j) => Number(i >= j),
  (i, j) => Number(i >> 1 === j >> 1) * (1 + (i % 2) + 3 * (j % 2)),
  (i, j) => [2, 1, 0, 0, 0, 1][(i - j + width) % width],
];
const constant = (random: RandomSource) => {
  const value = constants[random.below(constants.length)];
  return tf.tensor2d(
    Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => value(i, j))),
  );
};

const layers: Readonly<Record<string, Layer>> = {
  dense(_, param) {
    const w = param(width, width);
    return (p, h) => tf.tanh(tf.matMul(h, p[w]));
  },
  product(random) {
    const c = constant(random);
    return (_, h) => tf.matMul(h, c);
  },
  kernelPlusConstant(random, param) {
    const [w, c] = [param(width, width), constant(random)];
    return (p, h) => tf.tanh(tf.matMul(h, tf.add(p[w], c)));
  },
  kernelFromUnits(random, param) {
    const [w, c] = [param(width, width * width), constant(random)];
    return (p, h) => {
      const kernels = tf.reshape(tf.matMul(tf.mean(h, 0, true), p[w]), [width, width]);
      return tf.tanh(tf.matMul(h, tf.add(kernels, c)));
    };
  },
  stackedBranches(random, param) {
    const [a, b, u, v] = [0, 1, 2, 3].map(() => param(width, width));
    const axis = random.below(3);
    return (p, h) => {
      const both = tf.stack([tf.matMul(h, p[a]), tf.matMul(h, p[b])], axis);
      const [x, y] = tf.unstack(tf.tanh(both), axis);
      return tf.add(tf.matMul(x, p[u]), tf.matMul(y, p[v]));
    };
  },
  stackedSkip(random, param) {
    const w = param(width, width);
    const last = random.below(2);
    return (p, h) => {
      const both = tf.stack([tf.tanh(tf.matMul(h, p[w])), h, tf.zerosLike(h)], 1);
      return last === 0 ? tf.sum(both, 1) : tf.add(h, tf.max(tf.unstack(both, 1)[0], 0, true));
    };
  },
  stackedHalves() {
    return (_, h) => {
      const halves = tf.stack(tf.split(h, 2, 1), 1);
      const scale = tf.sqrt(tf.add(tf.mean(tf.square(halves), 2, true), 0.1));
      return tf.reshape(tf.div(halves, scale), [rows, width]);
    };
  },
  topExperts(random, param) {
    const [gate, w] = [param(width, 4), param(4, width, width)];
    const k = 1 + random.below(3);
    return (p, h) => {
      const { values, indices } = tf.topk(tf.softmax(tf.matMul(h, p[gate])), k);
      const all = tf.tanh(tf.einsum('bd,edf->bef', h, p[w]));
      return tf.sum(tf.mul(tf.expandDims(values, 2), tf.gather(all, indices, 1, 1)), 1);
    };
  },
  switchedExpert(_, param) {
    const [gate, w] = [param(width, 4), param(4, width, width)];
    return (p, h) => {
      const best = tf.argMax(tf.matMul(h, p[gate]), 1) as tf.Tensor1D;
      return tf.tanh(tf.einsum('bd,bdf->bf', h, tf.gather(p[w], best)));
    };
  },
  codebook(_, param) {
    const [codes, other] = [param(7, width), param(7, width)];
    return (p, h) => {
      const far = tf.sum(tf.square(tf.sub(tf.expandDims(h, 1), tf.expandDims(p[codes], 0))), 2);
      const code = tf.argMin(far, 1) as tf.Tensor1D;
      const one = tf.cast(tf.oneHot(code, 7), 'float32');
      return tf.add(tf.gather(p[codes], code), tf.matMul(one, p[other]));
    };
  },
  greatest(random) {
    const k = 2 + random.below(3);
    return (_, h) => tf.add(h, tf.sum(tf.topk(h, k).values, 1, true));
  },
  numbers: () => (_, h) =>
    tf.add(h, tf.mul(0.1, tf.cast(tf.expandDims(tf.argMax(h, 1), 1), 'float32'))),
  fourierOfRows: () => (_, h) => {
    const columns = tf.transpose(h);
    const parts = tf.spectral.fft(tf.complex(columns, tf.square(columns)));
    return tf.transpose(tf.add(tf.real(parts), tf.imag(parts)));
  },
  fourierOfUnits: () => (_, h) => tf.real(tf.spectral.fft(tf.complex(h, tf.zerosLike(h)))),
  scattered: () => (_, h) =>
    tf.tensorScatterUpdate(h, tf.tensor2d([[2], [0]], [2, 1], 'int32'), tf.slice(h, 0, 2)),
};

function randomNetwork(seed: number) {
  const random = randomSource(seed, 5);
  const shapes: Record<string, number[]> = { embed: [5, width], head: [width, 3] };
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
  const forward = (p: Params, x: tf.Tensor) =>
    tf.matMul(
      steps.reduce((h, step) => step(p, h), tf.matMul(x, p.embed)),
      p.head,
    );
  const program = { shapes, input: [rows, 5], forward, groups: [] };
  return { params: randomParams(shapes, seed), x: randomInput(program, seed), forward, chosen };
}

it(`permuting the groups of ${count} networks of constants, stacks and selections leaves their outputs`, () => {
  const faults: string[] = [];
  let groups = 0;
  for (let seed = first; seed < first + count; seed++) {
    tf.engine().startScope();
    try {
      const { params, x, forward, chosen } = randomNetwork(seed);
      const { spec } = traceForward(forward, params, x);
      groups += groupList(spec).length;
      for (const apply of [permute, applySpec]) {
        const change = outputChange(spec, forward, params, x, 3, apply);
        if (!(change < 1e-3)) faults.push(`seed ${seed}: ${chosen}: ${change} by ${apply.name}`);
      }
    } finally {
      tf.engine().endScope();
    }
  }
  expect(faults).toEqual([]);
  expect(groups).toBeGreaterThan(count);
});
