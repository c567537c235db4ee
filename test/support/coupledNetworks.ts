import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';
import { randomSource } from '../../src/runtime/randomSource';
import { type SizedNetwork, uniform } from './agreeingNetworks';
import { affine, product } from './lastAxis';

/** A network with the shapes of its parameters for any numbers of units. */
export interface CoupledNetwork extends Omit<SizedNetwork, 'params'> {
  readonly shapes: (sizes: Readonly<Record<string, number>>) => Record<string, readonly number[]>;
}

/** A block-diagonal layer between two others: each of g groups has i inputs and o outputs. */
const grouped: CoupledNetwork = {
  name: 'grouped layer',
  spec: permutationSpec({
    in: '_ (g i[g])>',
    mix: 'g> >i[g] o[g]>',
    bias: '(g o[g])>',
    head: '>(g o[g]) _',
  }),
  shapes: ({ g, i, o }) => ({ in: [3, i], mix: [g, i / g, o / g], bias: [o], head: [o, 2] }),
  sizes: { g: 2, i: 4, o: 6 },
  parents: { i: 'g', o: 'g' },
  forward: (params, x) => {
    const [g, i, o] = params.mix.shape;
    const h = tf.reshape(tf.relu(product(x, params.in)), [-1, g, 1, i]);
    const mixed = tf.matMul(h, tf.tile(tf.expandDims(params.mix, 0), [h.shape[0], 1, 1, 1]));
    const sum = tf.add(tf.reshape(mixed, [-1, g * o]), params.bias);
    return product(tf.relu(sum), params.head);
  },
  inputShape: [3],
};

/** Attention with r query heads to each of g key heads. */
const groupedQueries: CoupledNetwork = {
  name: 'grouped-query attention',
  spec: permutationSpec(
    {
      ...{ q: '_ g> r[g]> d[g]>', k: '_ g> d[g]>', v: '_ g> v[g]>' },
      ...{ o: '>g >r[g] >v[g] _', 'o/bias': '_' },
    },
    { joint: { d: ['dotProduct'] } },
  ),
  shapes: ({ g, r, d, v }) => ({
    ...{ q: [3, g, r / g, d / g], k: [3, g, d / g], v: [3, g, v / g] },
    ...{ o: [g, r / g, v / g, 2], 'o/bias': [2] },
  }),
  sizes: { g: 2, r: 4, d: 6, v: 4 },
  parents: { r: 'g', d: 'g', v: 'g' },
  forward: (params, x) => {
    const [batch, tokens] = x.shape;
    const [, g, r, d] = params.q.shape;
    const flat = (name: string) =>
      product(x, tf.reshape(params[name], [params[name].shape[0], -1]));
    const heads = (name: string, each: number) =>
      tf.transpose(tf.reshape(flat(name), [batch, tokens, g!, each, -1]), [0, 2, 3, 1, 4]);
    const [q, k, v] = [
      heads('q', r!),
      ...['k', 'v'].map((name) => tf.tile(heads(name, 1), [1, 1, r!, 1, 1])),
    ];
    const scores = tf.softmax(tf.div(tf.matMul(q, k, false, true), Math.sqrt(d!)));
    const mixed = tf.transpose(tf.matMul(scores, v), [0, 3, 1, 2, 4]);
    const output = tf.reshape(params.o, [-1, params.o.shape[3]!]);
    return affine(
      { o: output, 'o/bias': params['o/bias'] },
      'o',
      tf.reshape(mixed, [batch, tokens, -1]),
    );
  },
  inputShape: [4, 3],
};

/** Networks with two groups inside the units of a third on one parameter. */
export const coupledNetworks: readonly CoupledNetwork[] = [grouped, groupedQueries];

/** Random params for these numbers of units. */
export function coupledParams(
  { shapes }: CoupledNetwork,
  sizes: Readonly<Record<string, number>>,
  seed: number,
): Params {
  const random = randomSource(seed);
  return Object.fromEntries(
    Object.entries(shapes(sizes)).map(([name, shape]) => {
      const size = shape.reduce((product, n) => product * n, 1);
      return [
        name,
        tf.tensor(
          Array.from({ length: size }, () => uniform(random)),
          [...shape],
        ),
      ];
    }),
  );
}
