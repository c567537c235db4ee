import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';
import { type RandomSource, randomSource } from '../../src/runtime/randomSource';
import { affine, product } from './lastAxis';

/** The units of a group on an axis: position (r · units + u) · inner + s for the copies (r, s) of unit u. */
interface GroupOn {
  readonly group: string;
  readonly role: 'producer' | 'consumer';
  readonly outer?: number;
  readonly inner?: number;
}

/** A part of an axis: units, or a number of fixed positions. */
type Part = GroupOn | number;

/** A network whose layers have any widths. */
export interface SizedNetwork {
  readonly name: string;
  readonly spec: PermutationSpec;
  /** The axes of each parameter, each of one part or of several side by side. */
  readonly params: Readonly<Record<string, readonly (Part | readonly Part[])[]>>;
  /** The number of units of each group of the merged network; a group inside another has them over all its units. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The parent of each group inside another. */
  readonly parents?: Readonly<Record<string, string>>;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly inputShape: readonly number[];
}

const out = (group: string, rest: Partial<GroupOn> = {}): GroupOn => ({
  group,
  role: 'producer',
  ...rest,
});
const into = (group: string, rest: Partial<GroupOn> = {}): GroupOn => ({
  group,
  role: 'consumer',
  ...rest,
});
const conv = (x: tf.Tensor, kernel: tf.Tensor) =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');

const mlp: SizedNetwork = {
  name: 'MLP',
  spec: permutationSpec({
    ...{ d1: '_ h1>', 'd1/bias': 'h1>', d2: '>h1 h2>', 'd2/bias': 'h2>' },
    ...{ d3: '>h2 _', 'd3/bias': '_' },
  }),
  params: {
    ...{ d1: [3, out('h1')], 'd1/bias': [out('h1')], d2: [into('h1'), out('h2')] },
    ...{ 'd2/bias': [out('h2')], d3: [into('h2'), 4], 'd3/bias': [4] },
  },
  sizes: { h1: 3, h2: 2 },
  forward: (params, x) => {
    const h = tf.relu(affine(params, 'd2', tf.relu(affine(params, 'd1', x))));
    return affine(params, 'd3', h);
  },
  inputShape: [3],
};

const convolutional: SizedNetwork = {
  name: 'convolutions with batch norm, flattened both ways',
  spec: permutationSpec({
    ...{ conv: '_ _ _ c>', gamma: 'c>', beta: 'c>', mean: 'c>', variance: 'c>' },
    ...{
      depthwise: '_ _ c> _',
      last: '>(_ c) h>',
      first: '>(c _) h>',
      'h/bias': 'h>',
      head: '>h _',
    },
  }),
  params: {
    ...{ conv: [3, 3, 2, out('c')], gamma: [out('c')], beta: [out('c')], mean: [out('c')] },
    ...{ variance: [out('c')], depthwise: [3, 3, out('c'), 1] },
    ...{ last: [into('c', { outer: 16 }), out('h')], first: [into('c', { inner: 16 }), out('h')] },
    ...{ 'h/bias': [out('h')], head: [into('h'), 3] },
  },
  sizes: { c: 3, h: 2 },
  forward: (params, x) => {
    const [mean, variance, beta, gamma] = ['mean', 'variance', 'beta', 'gamma'].map(
      (name) => params[name] as tf.Tensor1D,
    );
    const normed = tf.batchNorm(conv(x, params.conv) as tf.Tensor4D, mean, variance, beta, gamma);
    const c = tf.relu(
      tf.depthwiseConv2d(tf.relu(normed), params.depthwise as tf.Tensor4D, 1, 'same'),
    );
    const [last, first] = [c, tf.transpose(c, [0, 3, 1, 2])].map((each) =>
      tf.reshape(each, [x.shape[0], -1]),
    );
    const sum = tf.add(product(last, params.last), product(first, params.first));
    return product(tf.relu(tf.add(sum, params['h/bias'])), params.head);
  },
  inputShape: [4, 4, 2],
};

const residual: SizedNetwork = {
  name: 'residual stream',
  spec: permutationSpec({
    ...{ in: '_ s>', up: '>s h>', 'up/bias': 'h>', down: '>h s>', 'down/bias': 's>', head: '>s _' },
  }),
  params: {
    ...{ in: [3, out('s')], up: [into('s'), out('h')], 'up/bias': [out('h')] },
    ...{ down: [into('h'), out('s')], 'down/bias': [out('s')], head: [into('s'), 3] },
  },
  sizes: { s: 4, h: 3 },
  forward: (params, x) => {
    const s = product(x, params.in);
    return product(
      tf.add(s, affine(params, 'down', tf.relu(affine(params, 'up', s)))),
      params.head,
    );
  },
  inputShape: [3],
};

const concatenated: SizedNetwork = {
  name: 'concatenation with the input',
  spec: permutationSpec({
    ...{ a: '_ h>', b: '_ k>', mix: '>(h + 3 + k) m>', bias: 'm>', head: '>m _', 'head/bias': '_' },
  }),
  params: {
    ...{ a: [3, out('h')], b: [3, out('k')], mix: [[into('h'), 3, into('k')], out('m')] },
    ...{ bias: [out('m')], head: [into('m'), 2], 'head/bias': [2] },
  },
  sizes: { h: 2, k: 3, m: 2 },
  forward: (params, x) => {
    const [h, k] = ['a', 'b'].map((name) => tf.relu(product(x, params[name])));
    const m = tf.relu(tf.add(product(tf.concat([h, x, k], 1), params.mix), params.bias));
    return affine(params, 'head', m);
  },
  inputShape: [3],
};

const lstm: SizedNetwork = {
  name: 'LSTM',
  spec: permutationSpec({
    kernel: '_ (4 h)>',
    recurrent: '>h (4 h)>',
    bias: '(4 h)>',
    head: '>h _',
  }),
  params: {
    ...{ kernel: [3, out('h', { outer: 4 })], recurrent: [into('h'), out('h', { outer: 4 })] },
    ...{ bias: [out('h', { outer: 4 })], head: [into('h'), 2] },
  },
  sizes: { h: 3 },
  forward: (params, x) => {
    const units = params.recurrent.shape[0];
    let [h, c]: tf.Tensor[] = [tf.zeros([x.shape[0], units]), tf.zeros([x.shape[0], units])];
    for (const step of tf.unstack(x, 1)) {
      const sum = tf.add(product(step, params.kernel), product(h, params.recurrent));
      const [i, f, g, o] = tf.split(tf.add(sum, params.bias), 4, 1);
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return product(h, params.head);
  },
  inputShape: [3, 3],
};

/** Heads of 2 query and key dimensions; the value dimensions of each head merge, and whole heads. */
const attention: SizedNetwork = {
  name: 'attention',
  spec: permutationSpec({ q: '_ h> 2', k: '_ h> 2', v: '_ (h v[h])>', o: '>(h v[h]) _' }),
  params: {
    ...{ q: [3, out('h'), 2], k: [3, out('h'), 2], v: [3, out('v')], o: [into('v'), 2] },
  },
  sizes: { h: 2, v: 4 },
  parents: { v: 'h' },
  forward: (params, x) => {
    const heads = params.q.shape[1]!;
    const [batch, tokens] = x.shape;
    const project = (kernel: tf.Tensor) => {
      const flat = tf.reshape(kernel, [3, -1]);
      const split = tf.reshape(product(x, flat), [batch, tokens, heads, -1]);
      return tf.transpose(split, [0, 2, 1, 3]);
    };
    const [q, k, v] = ['q', 'k', 'v'].map((name) => project(params[name]));
    const mixed = tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v);
    return product(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, tokens, -1]), params.o);
  },
  inputShape: [4, 3],
};

export const sizedNetworks: readonly SizedNetwork[] = [
  mlp,
  convolutional,
  residual,
  concatenated,
  lstm,
  attention,
];

/** For each group the merged unit of each unit. */
export type Members = Readonly<Record<string, readonly number[]>>;

/** A number from −1 to 1. */
export const uniform = (random: RandomSource) => (2 * random.below(100_000)) / 100_000 - 1;

/** Random memberships with every merged unit at least once; blocks of a group inside another stay together. */
export function randomMembers({ sizes, parents = {} }: SizedNetwork, seed: number): Members {
  const random = randomSource(seed);
  const members: Record<string, number[]> = {};
  for (const [group, size] of Object.entries(sizes)) {
    const above = Object.hasOwn(parents, group) ? members[parents[group]] : [0];
    const inside = size / (Object.hasOwn(parents, group) ? sizes[parents[group]] : 1);
    const extra = random.below(3);
    members[group] = above.flatMap((block) => {
      const own = [...Array(inside).keys()];
      for (let i = 0; i < extra; i++) own.push(random.below(inside));
      own.sort(() => random.below(2) - 0.5);
      return own.map((unit) => block * inside + unit);
    });
    if (!Object.hasOwn(parents, group)) continue;
  }
  return members;
}

/**
 * A network with these members: producers are copies of those of `base`, and the consumers of the members of a merged
 * unit add up to those of `base`. Parameters that produce no units are random.
 */
export function agreeingNetwork(
  { params }: SizedNetwork,
  base: Params,
  members: Members,
  seed: number,
): Params {
  const random = randomSource(seed);
  const result: Record<string, tf.Tensor> = {};
  for (const [name, axes] of Object.entries(params)) {
    const maps = axes.map((axis) => positionsOf([axis].flat() as Part[], members, random));
    const produces = axes
      .flat()
      .some((part) => typeof part !== 'number' && part.role === 'producer');
    const values: number[] = [];
    const source = base[name].dataSync();
    const add = (axis: number, at: number, factor: number) => {
      if (axis === maps.length) {
        values.push(produces ? factor * source[at] : uniform(random));
        return;
      }
      for (const [position, share] of maps[axis]) {
        add(axis + 1, at * base[name].shape[axis] + position, factor * share);
      }
    };
    add(0, 0, 1);
    result[name] = tf.tensor(
      values,
      maps.map(({ length }) => length),
    );
  }
  return result;
}

/** For each position of an axis that of its merged unit's copy, and the share of a consumer. */
function positionsOf(
  parts: readonly Part[],
  members: Members,
  random: RandomSource,
): (readonly [number, number])[] {
  let start = 0;
  return parts.flatMap((part) => {
    const first = start;
    if (typeof part === 'number') {
      start += part;
      return Array.from({ length: part }, (_, i) => [first + i, 1] as const);
    }
    const { group, role, outer = 1, inner = 1 } = part;
    const own = members[group];
    const size = Math.max(...own) + 1;
    start += size * outer * inner;
    const shares = role === 'consumer' ? sharesOf(own, random) : own.map(() => 1);
    return [...Array(outer).keys()].flatMap((r) =>
      own.flatMap((unit, u) =>
        [...Array(inner).keys()].map(
          (s) => [first + (r * size + unit) * inner + s, shares[u]] as const,
        ),
      ),
    );
  });
}

/** Random shares that sum to 1 over the members of each merged unit. */
function sharesOf(members: readonly number[], random: RandomSource): number[] {
  const draws = members.map(() => uniform(random));
  return draws.map((draw, u) => {
    const own = members.flatMap((unit, i) => (unit === members[u] ? [draws[i]] : []));
    const rest = (1 - own.reduce((sum, each) => sum + each, 0)) / own.length;
    return draw + rest;
  });
}

/** Random params of the merged network. */
export function baseParams({ params, sizes }: SizedNetwork, seed: number): Params {
  const random = randomSource(seed);
  return Object.fromEntries(
    Object.entries(params).map(([name, axes]) => {
      const shape = axes.map((axis) =>
        ([axis].flat() as Part[]).reduce<number>(
          (sum, part) =>
            sum +
            (typeof part === 'number'
              ? part
              : sizes[part.group] * (part.outer ?? 1) * (part.inner ?? 1)),
          0,
        ),
      );
      const values = Array.from({ length: shape.reduce((n, size) => n * size, 1) }, () =>
        name === 'variance' ? 0.5 + Math.abs(uniform(random)) : uniform(random),
      );
      return [name, tf.tensor(values, shape)];
    }),
  );
}
