import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { groupedAttention, inHeads } from './groupedAttention';
import { embedding, gelu, layerNorm, linear, normShapes } from './pytorchLayers';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, INNER, LAYERS, VOCABULARY, POSITIONS] = [12, 3, 10, 2, 11, 9];

/** GPT-2 (Radford et al. 2019), with the embedding as the head or a head of its own. */
export const gpt2: Record<string, SmallTransformer> = {
  'gpt2, a head of its own': network('transformer.', true),
  'gpt2, tied, bare names, with buffers': network('', false),
};

function network(prefix: string, untied: boolean): SmallTransformer {
  return {
    config: {
      model_type: 'gpt2',
      architectures: ['GPT2LMHeadModel'],
      n_embd: STREAM,
      n_layer: LAYERS,
      n_head: HEADS,
    },
    shapes: shapesOf(prefix, untied),
    forward: (params, ids) => tf.tidy(() => decode(params, ids, prefix, untied)),
    input: () => tokens(2, 6, VOCABULARY),
  };
}

function shapesOf(prefix: string, untied: boolean) {
  const all: Record<string, number[]> = {
    [`${prefix}wte.weight`]: [VOCABULARY, STREAM],
    [`${prefix}wpe.weight`]: [POSITIONS, STREAM],
    ...normShapes(`${prefix}ln_f`, STREAM),
    ...(untied && { 'lm_head.weight': [VOCABULARY, STREAM] }),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}h.${i}`;
    Object.assign(
      all,
      normShapes(`${layer}.ln_1`, STREAM),
      normShapes(`${layer}.ln_2`, STREAM),
      transposedShapes(`${layer}.attn.c_attn`, STREAM, 3 * STREAM),
      transposedShapes(`${layer}.attn.c_proj`, STREAM, STREAM),
      transposedShapes(`${layer}.mlp.c_fc`, STREAM, INNER),
      transposedShapes(`${layer}.mlp.c_proj`, INNER, STREAM),
      !untied && { [`${layer}.attn.bias`]: [1, 1, POSITIONS, POSITIONS] },
      !untied && { [`${layer}.attn.masked_bias`]: [] },
    );
  }
  return all;
}

function transposedShapes(name: string, inputs: number, outputs: number) {
  return { [`${name}.weight`]: [inputs, outputs], [`${name}.bias`]: [outputs] };
}

function decode(params: Params, ids: NetworkInput, prefix: string, untied: boolean): tf.Tensor {
  const length = (ids as tf.Tensor).shape[1]!;
  let x = tf.add(
    embedding(params, `${prefix}wte`, ids as tf.Tensor),
    embedding(params, `${prefix}wpe`, tf.range(0, length, 1, 'int32')),
  );
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}h.${i}`;
    const joint = transposed(params, `${layer}.attn.c_attn`, layerNorm(params, `${layer}.ln_1`, x));
    const [query, key, value] = tf.split(joint, 3, 2).map((each) => inHeads(each, HEADS));
    x = tf.add(x, transposed(params, `${layer}.attn.c_proj`, groupedAttention(query, key, value)));
    const inner = transposed(params, `${layer}.mlp.c_fc`, layerNorm(params, `${layer}.ln_2`, x));
    x = tf.add(x, transposed(params, `${layer}.mlp.c_proj`, gelu(inner)));
  }
  const head = untied ? 'lm_head' : `${prefix}wte`;
  return linear(params, head, layerNorm(params, `${prefix}ln_f`, x));
}

/** x·W + b, W [in, out], on the last axis of x. */
function transposed(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const weight = tf.transpose(params[`${name}.weight`]);
  const bias = params[`${name}.bias`];
  return linear({ 'layer.weight': weight, 'layer.bias': bias }, 'layer', x);
}
