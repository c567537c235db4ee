import { split, type Tensor } from '@tensorflow/tfjs-core';
import { type TensorValue, tensorValue, toTensor, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { attend, causalBias } from './attend';
import { anglesAt, rotate } from './rotate';
import { joinHeads, splitHeads } from './splitHeads';

/** Causal attention of onnxruntime's domain whose heads share keys and values. */
export const groupQueryAttentions: Operators = {
  'com.microsoft.GroupQueryAttention': { run: groupQueryAttention },
};

const NO_CACHE =
  'Pass empty past keys and values: whole sequences are computed, or export the model without a cache';

/**
 * Attention of whole sequences. Those of a batch that are shorter end in padding, to which no earlier row attends, so
 * the lengths (inputs 5 and 6) are not needed.
 */
function groupQueryAttention(call: Call): readonly (Value | null)[] {
  const { attributes } = call;
  assertComputed(call);
  const [heads, groups] = ['num_heads', 'kv_num_heads'].map((name) => attributes.number(name, 0));
  const [query, key, value] = headsOf(call, heads, groups);
  const [rows, depth] = [query.shape[2], query.shape[3]];
  const turn = rotation(call, rows);
  const turnedKey = turn(key);
  const biases: Tensor[] = [causalBias(rows, rows)];
  const bias = optionalAt(call, 10);
  if (bias) biases.push(toTensor(bias));
  const { output } = attend({
    query: turn(query),
    key: turnedKey,
    value,
    scale: attributes.number('scale', 0) || 1 / Math.sqrt(depth),
    biases,
    softcap: attributes.number('softcap', 0),
  });
  return [joinHeads(output), turnedKey, value];
}

function assertComputed(call: Call): void {
  const { attributes } = call;
  if ((optionalAt(call, 3)?.shape[2] ?? 0) > 0) throw unsupported(call, 'past keys', NO_CACHE);
  const window = attributes.number('local_window_size', -1);
  const refused: [boolean, string][] = [
    [window !== -1, `local_window_size ${window}`],
    [attributes.number('smooth_softmax', 0) > 0, 'smooth_softmax'],
    [optionalAt(call, 11) !== null, 'head_sink'],
    [attributes.number('qk_output', 0) !== 0, 'qk_output'],
    [attributes.text('k_quant_type', 'NONE') !== 'NONE', 'quantised keys'],
    [attributes.text('v_quant_type', 'NONE') !== 'NONE', 'quantised values'],
  ];
  for (const [isGiven, feature] of refused) {
    if (isGiven) throw unsupported(call, feature, 'Export the model without it');
  }
}

/** The heads of queries, keys and values: of three inputs, or of one that holds them side by side. */
function headsOf(call: Call, heads: number, groups: number): TensorValue[] {
  const query = inputAt(call, 0);
  const key = optionalAt(call, 1);
  const counts = [heads, groups, groups];
  if (key) {
    return [query, key, inputAt(call, 2)].map((each, i) => splitHeads(each, counts[i]));
  }
  const depth = query.shape[2] / (heads + 2 * groups);
  const sizes = counts.map((count) => count * depth);
  return split(toTensor(query), sizes, 2).map((each, i) =>
    splitHeads(tensorValue(each), counts[i]),
  );
}

/** The rotary embedding of heads, by the tables of inputs 7 and 8; the same heads if there is none. */
function rotation(call: Call, rows: number): (heads: TensorValue) => TensorValue {
  const { attributes } = call;
  if (attributes.number('do_rotary', 0) === 0) return (heads) => heads;
  const [cos, sin] = [7, 8].map((index) =>
    anglesAt(inputAt(call, index), optionalAt(call, 9), rows),
  );
  const isInterleaved = attributes.number('rotary_interleaved', 0) !== 0;
  return (heads) => rotate(heads, { cos, sin }, isInterleaved);
}
