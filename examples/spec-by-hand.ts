/**
 * Writes a spec by hand for a network without a preset, a transformer block with four attention heads, and
 * verifies it. It shows the notation for heads and for the dimensions inside them, a mistake that
 * `verifySpec` finds and whose group it names, and a planted order that is found exactly.
 *
 *     npm run example spec-by-hand
 *
 * It needs no data and takes a second.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {
  formatSpec,
  permutationSpec,
  permute,
  randomPermutations,
  verifySpec,
  weightMatch,
} from 'perm-lmc';

const [heads, width, inner, hidden] = [4, 24, 8, 48];
await tf.setBackend('wasm');

// 1. One word for each axis: equal words are the same units.
const patterns = {
  embed: '_ e', // e, the stream that every block reads and adds to
  'attention/query': 'e (h d[h])', // h heads, and d dimensions inside each
  'attention/key': 'e (h d[h])', // keys share the order of the queries
  'attention/value': 'e (h v[h])', // values have an order of their own
  'attention/output': '(h v[h]) e',
  'mlp/in': 'e f',
  'mlp/out': 'f e',
  unembed: 'e _',
};
const spec = permutationSpec(patterns, { sizes: { h: heads } });
const params = randomParams(1);
console.log(formatSpec(spec, params));

// 2. Permute at random, and compare the outputs: a spec that is right changes nothing.
const x = tf.randomNormal([2, 5, 6], 0, 1, 'float32', 7);
await report('the spec', spec);

// A mistake that runs without an error: keys in an order of their own no longer meet the queries.
const wrong = permutationSpec(
  { ...patterns, 'attention/key': 'e (h k[h])' },
  { sizes: { h: heads } },
);
await report('keys in an order of their own', wrong);

// 3. Shuffle all units, and find their order again.
const planted = randomPermutations(spec, params, { seed: 3 });
const shuffled = permute(spec, params, planted);
const { permutations } = await weightMatch(spec, shuffled, params, { restarts: 3 });
const found = Object.keys(planted).every(
  (group) => planted[group].join() === permutations[group].join(),
);
console.log(`planted permutations ${found ? 'found exactly' : 'not found'}`);
tf.dispose([params, shuffled, x]);

async function report(name: string, candidate: typeof spec): Promise<void> {
  const { ok, groups } = await verifySpec(candidate, forward, params, x);
  const changed = Object.keys(groups).join(' and ');
  console.log(`${name}: ${ok ? 'the outputs stay' : `the outputs change with ${changed}`}`);
}

/** x [batch, tokens, 6] → [batch, tokens, 3]. */
function forward(p: tf.NamedTensorMap, input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const linear = (h: tf.Tensor, name: string) => {
      const [batch, tokens, size] = h.shape;
      const rows = tf.matMul(tf.reshape(h, [batch * tokens, size]), p[name] as tf.Tensor2D);
      return tf.reshape(rows, [batch, tokens, -1]);
    };
    /** [batch, tokens, heads · inner] → [batch, heads, tokens, inner]. */
    const split = (h: tf.Tensor) =>
      tf.transpose(tf.reshape(h, [h.shape[0], h.shape[1]!, heads, inner]), [0, 2, 1, 3]);
    const stream = linear(input, 'embed');
    const [q, k, v] = ['query', 'key', 'value'].map((name) =>
      split(linear(stream, `attention/${name}`)),
    );
    const scores = tf.div(tf.matMul(q, tf.transpose(k, [0, 1, 3, 2])), Math.sqrt(inner));
    const mixed = tf.transpose(tf.matMul(tf.softmax(scores), v), [0, 2, 1, 3]);
    const joined = tf.reshape(mixed, [mixed.shape[0], mixed.shape[1]!, heads * inner]);
    const attended = tf.add(stream, linear(joined, 'attention/output'));
    const out = tf.add(attended, linear(tf.relu(linear(attended, 'mlp/in')), 'mlp/out'));
    return linear(out, 'unembed');
  });
}

function randomParams(seed: number): tf.NamedTensorMap {
  const shapes: Record<keyof typeof patterns, [number, number]> = {
    embed: [6, width],
    'attention/query': [width, heads * inner],
    'attention/key': [width, heads * inner],
    'attention/value': [width, heads * inner],
    'attention/output': [heads * inner, width],
    'mlp/in': [width, hidden],
    'mlp/out': [hidden, width],
    unembed: [width, 3],
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal(shape, 0, shape[0] ** -0.5, 'float32', 100 * seed + i),
    ]),
  );
}
