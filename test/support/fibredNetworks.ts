import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, permutationSpec } from 'perm-lmc';
import type { TestNetwork } from './networks';

/** Sizes: 5 inputs, stream of 12, 2 examples of 4 tokens. */
const [STREAM, HEADS, INNER] = [12, 3, 4];

function dense(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const flat = tf.reshape(x, [-1, kernel.shape[0]]);
  const y = tf.matMul(flat as tf.Tensor2D, kernel as tf.Tensor2D);
  return tf.reshape(y, [...x.shape.slice(0, -1), kernel.shape[1] as number]);
}

/** [batch, tokens, heads · inner] → [batch, heads, tokens, inner]. */
function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, tokens, width] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
}

function joinHeads(x: tf.Tensor): tf.Tensor {
  const [batch, heads, tokens, inner] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * inner]);
}

function attend(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v);
}

/** The query, key, value and output of attention inside a residual stream, then the mean and a head. */
function aroundAttention(
  params: Params,
  x: tf.Tensor,
  attention: (h: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const h = tf.relu(dense(x, params.embed));
  return dense(tf.mean(tf.add(h, attention(h)), 1), params.head);
}

/** Multi-head attention with flat kernels, biases on queries and values. */
export const attention: TestNetwork = {
  name: 'attention, flat kernels',
  spec: permutationSpec(
    {
      embed: '_ e',
      q: 'e (h d[h])',
      'q/bias': '(h d[h])',
      k: 'e (h d[h])',
      v: 'e (h v[h])',
      'v/bias': '(h v[h])',
      o: '(h v[h]) e',
      head: 'e _',
    },
    { sizes: { h: HEADS } },
  ),
  shapes: {
    embed: [5, STREAM],
    q: [STREAM, HEADS * INNER],
    'q/bias': [HEADS * INNER],
    k: [STREAM, HEADS * INNER],
    v: [STREAM, HEADS * INNER],
    'v/bias': [HEADS * INNER],
    o: [HEADS * INNER, STREAM],
    head: [STREAM, 3],
  },
  inputShape: [4, 5],
  forward: (params, x) =>
    aroundAttention(params, x, (h) => {
      const q = splitHeads(tf.add(dense(h, params.q), params['q/bias']), HEADS);
      const k = splitHeads(dense(h, params.k), HEADS);
      const v = splitHeads(tf.add(dense(h, params.v), params['v/bias']), HEADS);
      return dense(joinHeads(attend(q, k, v)), params.o);
    }),
};

/** The same with kernels [E, H, D] and [H, D, E], as Keras has them, and one fused kernel less. */
const kerasAttention: TestNetwork = {
  name: 'attention, kernels of three axes',
  spec: permutationSpec({
    embed: '_ e',
    q: 'e h d[h]',
    k: 'e h d[h]',
    v: 'e h v[h]',
    'v/bias': 'h v[h]',
    o: 'h v[h] e',
    head: 'e _',
  }),
  shapes: {
    embed: [5, STREAM],
    q: [STREAM, HEADS, INNER],
    k: [STREAM, HEADS, INNER],
    v: [STREAM, HEADS, INNER],
    'v/bias': [HEADS, INNER],
    o: [HEADS, INNER, STREAM],
    head: [STREAM, 3],
  },
  inputShape: [4, 5],
  forward: (params, x) =>
    aroundAttention(params, x, (h) => {
      const project = (name: string) => {
        const flat = tf.reshape(params[name], [STREAM, HEADS * INNER]);
        return splitHeads(dense(h, flat), HEADS);
      };
      const bias = tf.reshape(params['v/bias'], [1, HEADS, 1, INNER]);
      const mixed = attend(project('q'), project('k'), tf.add(project('v'), bias));
      return dense(joinHeads(mixed), tf.reshape(params.o, [HEADS * INNER, STREAM]));
    }),
};

const [KEYS, QUERIES] = [2, 3];

/** Grouped-query attention: 2 key heads with 3 query heads each; one fused kernel for keys and values. */
export const groupedQueryAttention: TestNetwork = {
  name: 'grouped-query attention',
  spec: permutationSpec(
    {
      embed: '_ e',
      q: 'e (g r[g] d[g])',
      kv: 'e (g d[g] + g v[g])',
      o: '(g r[g] v[g]) e',
      head: 'e _',
      scale: 'g r[g]',
    },
    { sizes: { g: KEYS } },
  ),
  shapes: {
    embed: [5, STREAM],
    q: [STREAM, KEYS * QUERIES * INNER],
    kv: [STREAM, 2 * KEYS * INNER],
    o: [KEYS * QUERIES * INNER, STREAM],
    head: [STREAM, 3],
    scale: [KEYS, QUERIES],
  },
  inputShape: [4, 5],
  forward: (params, x) =>
    aroundAttention(params, x, (h) => {
      const q = splitHeads(dense(h, params.q), KEYS * QUERIES);
      const [k, v] = tf
        .split(dense(h, params.kv), 2, 2)
        .map((each) => repeatHeads(splitHeads(each, KEYS), QUERIES));
      const scale = tf.reshape(params.scale, [1, KEYS * QUERIES, 1, 1]);
      return dense(joinHeads(tf.mul(attend(q, k, v), scale)), params.o);
    }),
};

/** Every head, repeated for each of its queries. */
function repeatHeads(x: tf.Tensor, times: number): tf.Tensor {
  const [batch, heads, tokens, inner] = x.shape;
  const tiled = tf.tile(tf.reshape(x, [batch, heads, 1, tokens, inner]), [1, 1, times, 1, 1]);
  return tf.reshape(tiled, [batch, heads * times, tokens, inner]);
}

const [GROUPS, IN, OUT] = [3, 2, 4];

/** A grouped 3×3 convolution between two of 1×1, in PyTorch's layout [out, in / groups, 3, 3]. */
const groupedConvolution: TestNetwork = {
  name: 'grouped convolution',
  spec: permutationSpec(
    {
      reduce: '_ _ _ (g i[g])',
      'reduce/bias': '(g i[g])',
      grouped: '(g o[g]) i[g] _ _',
      'grouped/bias': '(g o[g])',
      expand: '_ _ (g o[g]) c',
      head: 'c _',
    },
    { sizes: { g: GROUPS } },
  ),
  shapes: {
    reduce: [1, 1, 3, GROUPS * IN],
    'reduce/bias': [GROUPS * IN],
    grouped: [GROUPS * OUT, IN, 3, 3],
    'grouped/bias': [GROUPS * OUT],
    expand: [1, 1, GROUPS * OUT, 10],
    head: [10, 3],
  },
  inputShape: [5, 5, 3],
  forward: (params, x) => {
    const conv = (h: tf.Tensor, kernel: tf.Tensor) =>
      tf.conv2d(h as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same');
    const h = tf.relu(tf.add(conv(x, params.reduce), params['reduce/bias']));
    const kernels = tf.split(tf.transpose(params.grouped, [2, 3, 1, 0]), GROUPS, 3);
    const parts = tf.split(h, GROUPS, 3).map((part, g) => conv(part, kernels[g]));
    const y = tf.relu(tf.add(tf.concat(parts, 3), params['grouped/bias']));
    return dense(tf.mean(tf.relu(conv(y, params.expand)), [1, 2]), params.head);
  },
};

/** One kernel a mixture of experts [experts, in, out]: whole experts move, and units inside each. */
export const experts: TestNetwork = {
  name: 'mixture of experts',
  spec: permutationSpec({
    embed: '_ e',
    gate: 'e x',
    up: 'x e f[x]',
    down: 'x f[x] e',
    head: 'e _',
  }),
  shapes: { embed: [5, 6], gate: [6, 3], up: [3, 6, 4], down: [3, 4, 6], head: [6, 3] },
  inputShape: [5],
  forward: (params, x) => {
    const h = tf.relu(dense(x, params.embed));
    const gates = tf.softmax(dense(h, params.gate));
    const repeated = tf.tile(tf.expandDims(h, 0), [3, 1, 1]);
    const y = tf.matMul(tf.relu(tf.matMul(repeated, params.up)), params.down);
    const weighted = tf.mul(y, tf.expandDims(tf.transpose(gates), 2));
    return dense(tf.add(h, tf.sum(weighted, 0)), params.head);
  },
};

/** An outer product of two layers, flattened: a grid of two groups, written as the entries of a product. */
const outerProduct: TestNetwork = {
  name: 'outer product',
  spec: productSpec(),
  shapes: { u: [5, 3], z: [5, 4], mix: [12, 6], head: [6, 3] },
  inputShape: [5],
  forward: (params, x) => {
    const u = tf.expandDims(tf.relu(dense(x, params.u)), 2);
    const z = tf.expandDims(tf.relu(dense(x, params.z)), 1);
    const grid = tf.reshape(tf.mul(u, z), [-1, 12]);
    return dense(tf.relu(dense(grid, params.mix)), params.head);
  },
};

function productSpec(): PermutationSpec {
  const spec = permutationSpec({ u: '_ u', z: '_ z', mix: '12 h', head: 'h _' });
  const tuples = Array.from({ length: 12 }, (_, i) => i);
  return {
    ...spec,
    groups: [
      { name: 'u', size: 3 },
      { name: 'z', size: 4 },
      {
        name: 'uz',
        size: 12,
        parents: [
          { group: 'u', of: tuples.map((i) => Math.floor(i / 4)) },
          { group: 'z', of: tuples.map((i) => i % 4) },
        ],
      },
      { name: 'h', size: 6 },
    ],
    params: {
      ...spec.params,
      mix: {
        axes: [
          { kind: 'entries', size: 12, entries: [{ group: 'uz', index: tuples }] },
          { kind: 'group', group: 'h' },
        ],
        optional: false,
      },
    },
  };
}

/** Grouped-query attention with the coupled axes written out as the entries of product groups. */
const writtenOutAttention: TestNetwork = {
  ...groupedQueryAttention,
  name: 'grouped-query attention, positions written out',
  spec: writtenOut(groupedQueryAttention.spec),
};

function writtenOut(spec: PermutationSpec): PermutationSpec {
  const size = KEYS * QUERIES * INNER;
  const tuples = Array.from({ length: size }, (_, i) => i);
  const queryOf = tuples.map((i) => Math.floor(i / INNER));
  const innerOf = tuples.map((i) => Math.floor(i / (QUERIES * INNER)) * INNER + (i % INNER));
  const product = (name: string, inner: string) => ({
    name,
    size,
    parents: [
      { group: 'r', of: queryOf },
      { group: inner, of: innerOf },
    ],
  });
  const sizes: Record<string, number> = { r: KEYS * QUERIES, d: KEYS * INNER, v: KEYS * INNER };
  const withSize = (group: PermutationSpec['groups'][number]) => ({
    ...group,
    size: sizes[group.name] ?? group.size,
  });
  const entries = (group: string) => ({
    kind: 'entries' as const,
    size,
    entries: [{ group, index: tuples }],
  });
  return {
    ...spec,
    groups: [...spec.groups.map(withSize), product('rd', 'd'), product('rv', 'v')],
    params: {
      ...spec.params,
      q: { axes: [{ kind: 'group', group: 'e' }, entries('rd')], optional: false },
      o: { axes: [entries('rv'), { kind: 'group', group: 'e' }], optional: false },
    },
  };
}

/** Keras attention with heads and inner units written out over two axes together. */
const jointEntries: TestNetwork = {
  ...kerasAttention,
  name: 'attention, positions written out over two axes',
  spec: {
    ...kerasAttention.spec,
    params: {
      ...kerasAttention.spec.params,
      q: {
        axes: [
          { kind: 'group', group: 'e' },
          {
            kind: 'entries',
            size: HEADS * INNER,
            axes: [1, 2],
            entries: [{ group: 'd', index: Array.from({ length: HEADS * INNER }, (_, i) => i) }],
          },
          { kind: 'part', of: 1 },
        ],
        optional: false,
      },
    },
  },
};

/** Every network with groups inside others, or products of groups. */
export const fibredNetworks: readonly TestNetwork[] = [
  attention,
  kerasAttention,
  jointEntries,
  groupedQueryAttention,
  writtenOutAttention,
  groupedConvolution,
  experts,
  outerProduct,
];
