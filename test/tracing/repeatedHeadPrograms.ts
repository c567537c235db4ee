import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { Program } from './programs';

const { add, concat, div, matMul, mean, mul, reshape, softmax, split, sqrt, square } = tf;
const { transpose } = tf;

// B sequences of T tokens, E wide; heads of D dimensions.
const [B, T, E, D] = [2, 5, 10, 4];
const dense = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  reshape(matMul(reshape(x, [-1, x.shape.at(-1)!]), kernel), [...x.shape.slice(0, -1), -1]);
const heads = (x: tf.Tensor, count: number): tf.Tensor =>
  transpose(reshape(x, [B, T, count, D]), [0, 2, 1, 3]);
const rms = (x: tf.Tensor, gain: tf.Tensor): tf.Tensor =>
  mul(div(x, sqrt(add(mean(square(x), -1, true), 1e-6))), gain);

/** Rotary positions: dimensions d and d + D/2 turn by the angle t·9^(−2d/D). */
const turned = (x: tf.Tensor): tf.Tensor => {
  const half = D / 2;
  const angles = tf.tensor2d(
    Array.from({ length: T * half }, (_, i) => Math.floor(i / half) / 9 ** ((i % half) / half)),
    [T, half],
  );
  const [a, b] = split(x, 2, 3);
  const [c, s] = [tf.cos(angles), tf.sin(angles)];
  return concat([tf.sub(mul(a, c), mul(b, s)), add(mul(a, s), mul(b, c))], 3);
};

/** Ways to repeat the heads of keys or values x [B, g, T, D] for r queries each: [B, g·r, T, D]. */
type Repeat = (x: tf.Tensor, r: number) => tf.Tensor;
const times = (x: tf.Tensor, r: number): number[] => [B, x.shape[1]! * r, T, D];
const expand: Repeat = (x, r) =>
  reshape(tf.broadcastTo(tf.expandDims(x, 2), [B, x.shape[1]!, r, T, D]), times(x, r));
const product: Repeat = (x, r) =>
  reshape(mul(tf.expandDims(x, 2), tf.ones([B, x.shape[1]!, r, T, D])), times(x, r));
const tile: Repeat = (x, r) => reshape(tf.tile(tf.expandDims(x, 2), [1, 1, r, 1, 1]), times(x, r));
const tileAll: Repeat = (x, r) => tf.tile(x, [1, r, 1, 1]);
const gather: Repeat = (x, r) => {
  const rows = Array.from({ length: x.shape[1]! * r }, (_, i) => Math.floor(i / r));
  return tf.gather(x, tf.tensor1d(rows, 'int32'), 1);
};
const stack: Repeat = (x, r) => reshape(tf.stack(Array(r).fill(x), 2), times(x, r));
const concatAll: Repeat = (x, r) => concat(Array(r).fill(x), 1);
const concatEach: Repeat = (x, r) =>
  concat(
    split(x, x.shape[1]!, 1).flatMap((head) => Array(r).fill(head)),
    1,
  );

interface Attention {
  readonly groups: number;
  /** The number of queries in each group. */
  readonly queries: number;
  readonly repeat: Repeat;
  readonly rotary?: boolean;
  readonly layers?: number;
  /** True for scales [D] of queries and keys. */
  readonly headNorms?: boolean;
  /** True for one kernel of queries, keys and values. */
  readonly fused?: boolean;
}

function program({
  groups: g,
  queries: r,
  repeat,
  rotary = false,
  layers = 1,
  headNorms = false,
  fused = false,
}: Attention): Omit<Program, 'groups'> {
  const names = Array.from({ length: layers }, (_, l) => (l === 0 ? '' : `l${l}.`));
  const shapesOf = (l: string): [string, number[]][] => [
    [`${l}gain`, [E]],
    ...(fused
      ? [[`${l}qkv`, [E, (g * r + 2 * g) * D]] as [string, number[]]]
      : ([
          [`${l}q`, [E, g * r * D]],
          [`${l}k`, [E, g * D]],
          [`${l}v`, [E, g * D]],
        ] as [string, number[]][])),
    ...(headNorms
      ? ([
          [`${l}q_gain`, [D]],
          [`${l}k_gain`, [D]],
        ] as [string, number[]][])
      : []),
    [`${l}o`, [g * r * D, E]],
  ];
  const layer = (p: Params, l: string, x: tf.Tensor): tf.Tensor => {
    const n = rms(x, p[`${l}gain`]);
    const flat = fused
      ? split(dense(n, p[`${l}qkv`]), [g * r * D, g * D, g * D], 2)
      : ['q', 'k', 'v'].map((role) => dense(n, p[l + role]));
    let [q, k, v] = flat.map((each, i) => heads(each, i === 0 ? g * r : g));
    if (headNorms) [q, k] = [rms(q, p[`${l}q_gain`]), rms(k, p[`${l}k_gain`])];
    if (rotary) [q, k] = [turned(q), turned(k)];
    [k, v] = [repeat(k, r), repeat(v, r)];
    const mixed = matMul(softmax(mul(matMul(q, k, false, true), 0.4)), v);
    return add(x, dense(reshape(transpose(mixed, [0, 2, 1, 3]), [B, T, -1]), p[`${l}o`]));
  };
  return {
    shapes: { embed: [5, E], ...Object.fromEntries(names.flatMap(shapesOf)), head: [E, 3] },
    input: [B, T, 5],
    forward: (p, x) =>
      matMul(
        mean(
          names.reduce((h, l) => layer(p, l, h), dense(x, p.embed)),
          1,
        ),
        p.head,
      ),
  };
}

/** Key heads; queries, dimensions of keys and of values inside each. */
const still = {
  groups: ['10', '2', '6/2', '8/2', '8/2'],
  patterns: {
    gain: 'embed',
    q: 'embed (q.heads q[q.heads] k[q.heads])',
    k: 'embed (q.heads k[q.heads])',
    v: 'embed (q.heads v[q.heads])',
    o: '(q.heads q[q.heads] v[q.heads]) embed',
  },
};
/** The dimensions of queries and keys turn by angles of their own and are fixed. */
const rotated = {
  groups: ['10', '2', '6/2', '8/2'],
  patterns: {
    gain: 'embed',
    q: 'embed (k q[k] 4)',
    k: 'embed (k 4)',
    v: 'embed (k v[k])',
    o: '(k q[k] v[k]) embed',
  },
};
/** The heads are repeated as a whole: query i belongs to key head i mod g. */
const rotatedWhole = {
  groups: rotated.groups,
  patterns: { ...rotated.patterns, q: 'embed (q[k] k 4)', o: '(q[k] k v[k]) embed' },
};
const few = { groups: 2, queries: 3 };

/** Attention whose heads of keys and values are repeated for several queries. */
export const repeatedHeadPrograms: Readonly<Record<string, Program>> = {
  headsByExpand: { ...program({ ...few, repeat: expand }), ...still },
  headsByProduct: { ...program({ ...few, repeat: product }), ...still },
  headsByStack: { ...program({ ...few, repeat: stack }), ...still },
  headsByConcatenation: {
    ...program({ ...few, repeat: concatAll }),
    groups: still.groups,
    patterns: {
      ...still.patterns,
      q: 'embed (q[q.heads] q.heads k[q.heads])',
      o: '(q[q.heads] q.heads v[q.heads]) embed',
    },
  },
  rotaryByExpand: { ...program({ ...few, repeat: expand, rotary: true }), ...rotated },
  rotaryByTile: { ...program({ ...few, repeat: tile, rotary: true }), ...rotated },
  rotaryByGather: { ...program({ ...few, repeat: gather, rotary: true }), ...rotated },
  rotaryByHead: { ...program({ ...few, repeat: concatEach, rotary: true }), ...rotated },
  rotaryByTileOfAll: { ...program({ ...few, repeat: tileAll, rotary: true }), ...rotatedWhole },
  rotaryTwoLayers: {
    ...program({ ...few, repeat: expand, rotary: true, layers: 2 }),
    groups: ['10', '2', '2', '6/2', '6/2', '8/2', '8/2'],
    patterns: { q: 'embed (k q[k] 4)', 'l1.q': 'embed (l1.k l1.q[l1.k] 4)' },
  },
  rotaryFused: {
    ...program({ ...few, repeat: expand, rotary: true, fused: true }),
    groups: rotated.groups,
  },
  rotaryHeadNorms: {
    ...program({ ...few, repeat: gather, rotary: true, headNorms: true }),
    groups: rotated.groups,
    patterns: { ...rotated.patterns, q_gain: '4', k_gain: '4' },
  },
  /** One gain for all heads: dimensions of keys move alike in all of them. */
  headNorms: {
    ...program({ ...few, repeat: expand, headNorms: true }),
    groups: ['10', '2', '4', '6/2', '8/2'],
  },
  multiQuery: {
    ...program({ groups: 1, queries: 3, repeat: expand }),
    groups: ['10', '3', '4', '4'],
    patterns: { q: 'embed (q k)', k: 'embed k', v: 'embed v', o: '(q v) embed' },
  },
  rotaryMultiQuery: {
    ...program({ groups: 1, queries: 3, repeat: gather, rotary: true }),
    groups: ['10', '3', '4'],
    patterns: { q: 'embed (q 4)', k: 'embed 4', v: 'embed v', o: '(q v) embed' },
  },
  oneQueryEach: {
    ...program({ groups: 3, queries: 1, repeat: expand, rotary: true }),
    groups: ['10', '12/3', '3'],
    patterns: { q: 'embed (q 4)', k: 'embed (q 4)', o: '(q v[q]) embed' },
  },
  oneHead: {
    ...program({ groups: 1, queries: 1, repeat: expand, rotary: true }),
    groups: ['10', '4'],
    patterns: { q: 'embed 4', v: 'embed v' },
  },
};
