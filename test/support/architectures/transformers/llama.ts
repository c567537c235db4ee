import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { groupedAttention, inHeads } from './groupedAttention';
import { embedding, linear, linearShapes } from './pytorchLayers';
import { rmsNorm } from './rmsNorm';
import { rotate } from './rotate';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, FEATURES, INNER, VOCABULARY, LABELS] = [12, 4, 4, 10, 11, 3];

/** Parts in which the networks differ. */
interface Form {
  readonly type: string;
  /** The number of layers. Default 1. */
  readonly layers?: number;
  /** The heads of keys and values. */
  readonly shared: number;
  /** Names of layers with a bias. */
  readonly biases?: readonly string[];
  /** Normalised queries and keys. */
  readonly queryNorm?: boolean;
  /** The number of positions that a query sees. */
  readonly window?: number;
  /** The head; the states alone if there is none. Default: the embedding. */
  readonly head?: 'lm_head' | 'score' | 'none';
  readonly prefix?: string;
}

/** Decoders with rotary positions, RMS normalisation and gated MLPs, by the name of what is special. */
export const llama: Record<string, SmallTransformer> = {
  'llama, heads that share keys': network({ type: 'llama', shared: 2, head: 'lm_head', layers: 2 }),
  'llama, one head of keys': network({ type: 'llama', shared: 1 }),
  'llama, a head for labels': network({ type: 'llama', shared: 2, head: 'score' }),
  'llama, a head of keys each, bare names': network({ type: 'llama', shared: HEADS, prefix: '' }),
  'llama, no head': network({ type: 'llama', shared: 2, prefix: '', head: 'none' }),
  'mistral, a sliding window': network({ type: 'mistral', shared: 2, head: 'lm_head', window: 3 }),
  'qwen2, biases': network({ type: 'qwen2', shared: 2, biases: ['q_proj', 'k_proj', 'v_proj'] }),
  'qwen3, normalised queries': network({ type: 'qwen3', shared: 2, queryNorm: true }),
};

function network(form: Form): SmallTransformer {
  return {
    config: {
      model_type: form.type,
      architectures: [form.head === 'none' ? 'LlamaModel' : 'LlamaForCausalLM'],
      hidden_size: STREAM,
      num_hidden_layers: form.layers ?? 1,
      num_attention_heads: HEADS,
      num_key_value_heads: form.shared,
      head_dim: FEATURES,
      intermediate_size: INNER,
    },
    shapes: shapesOf(form),
    forward: (params, ids) => tf.tidy(() => decode(params, ids, form)),
    input: () => tokens(2, 6, VOCABULARY),
  };
}

function shapesOf(form: Form) {
  const { prefix = 'model.', shared, biases = [], queryNorm = false, head, layers = 1 } = form;
  const shapes: Record<string, number[]> = {
    [`${prefix}embed_tokens.weight`]: [VOCABULARY, STREAM],
    [`${prefix}norm.weight`]: [STREAM],
    ...(head === 'lm_head' && { 'lm_head.weight': [VOCABULARY, STREAM] }),
    ...(head === 'score' && { 'score.weight': [LABELS, STREAM] }),
  };
  for (let i = 0; i < layers; i++) {
    const layer = `${prefix}layers.${i}`;
    const dense = (name: string, inputs: number, outputs: number) =>
      linearShapes(`${layer}.self_attn.${name}`, inputs, outputs, biases.includes(name));
    Object.assign(shapes, {
      [`${layer}.input_layernorm.weight`]: [STREAM],
      ...dense('q_proj', STREAM, HEADS * FEATURES),
      ...dense('k_proj', STREAM, shared * FEATURES),
      ...dense('v_proj', STREAM, shared * FEATURES),
      ...dense('o_proj', HEADS * FEATURES, STREAM),
      ...(queryNorm && {
        [`${layer}.self_attn.q_norm.weight`]: [FEATURES],
        [`${layer}.self_attn.k_norm.weight`]: [FEATURES],
      }),
      [`${layer}.post_attention_layernorm.weight`]: [STREAM],
      ...linearShapes(`${layer}.mlp.gate_proj`, STREAM, INNER, false),
      ...linearShapes(`${layer}.mlp.up_proj`, STREAM, INNER, false),
      ...linearShapes(`${layer}.mlp.down_proj`, INNER, STREAM, false),
    });
  }
  return shapes;
}

/** The scores of the next token [sequences, length, vocabulary], of labels [sequences, labels], or the states. */
function decode(params: Params, ids: NetworkInput, form: Form): tf.Tensor {
  const { prefix = 'model.', layers = 1, head = `${prefix}embed_tokens` } = form;
  let x = embedding(params, `${prefix}embed_tokens`, ids as tf.Tensor);
  for (let i = 0; i < layers; i++) {
    const layer = `${prefix}layers.${i}`;
    const normal = rmsNorm(params, `${layer}.input_layernorm`, x);
    x = tf.add(x, attend(params, `${layer}.self_attn`, normal, form));
    const inner = rmsNorm(params, `${layer}.post_attention_layernorm`, x);
    x = tf.add(x, gatedMlp(params, `${layer}.mlp`, inner));
  }
  const states = rmsNorm(params, `${prefix}norm`, x);
  if (head === 'none') return states;
  const scores = linear(params, head, states);
  if (head !== 'score') return scores;
  const [sequences, length] = scores.shape;
  return tf.reshape(tf.slice(scores, [0, length! - 1, 0], [-1, 1, -1]), [sequences, LABELS]);
}

function attend(params: Params, name: string, x: tf.Tensor, form: Form): tf.Tensor {
  const { shared, queryNorm = false, window } = form;
  const normalised = (norm: string, heads: tf.Tensor) =>
    queryNorm ? rmsNorm(params, `${name}.${norm}`, heads) : heads;
  const query = normalised('q_norm', inHeads(linear(params, `${name}.q_proj`, x), HEADS));
  const key = normalised('k_norm', inHeads(linear(params, `${name}.k_proj`, x), shared));
  const value = inHeads(linear(params, `${name}.v_proj`, x), shared);
  const mixed = groupedAttention(rotate(query), rotate(key), value, { window });
  return linear(params, `${name}.o_proj`, mixed);
}

/** down·(silu(gate·x) ⊙ up·x) (Shazeer 2020). */
function gatedMlp(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const gate = linear(params, `${name}.gate_proj`, x);
  const inner = tf.mul(tf.mul(gate, tf.sigmoid(gate)), linear(params, `${name}.up_proj`, x));
  return linear(params, `${name}.down_proj`, inner);
}
