import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { type TensorValue, tensorValue, toTensor, type Value } from '../../values/value';
import { asTensorValue } from '../matrix/matrixProducts';
import { type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { attend, HIDDEN, windowBias } from './attend';
import { maskBias } from './maskBias';
import { behindPast, joinHeads, splitHeads } from './splitHeads';

/** Attention of the standard domain. */
export const attentions: Operators = {
  Attention: { run: attention },
};

/** Q, K and V are [batch, heads, rows, depth], or [batch, rows, heads · depth] with the numbers of heads given. */
function attention(call: Call): readonly (Value | null)[] {
  const { attributes } = call;
  const q = inputAt(call, 0);
  if (optionalAt(call, 6)) {
    throw unsupported(call, 'nonpad_kv_seqlen', 'Export the model with an attention mask');
  }
  const heads = (index: number, attribute: string): TensorValue => {
    const value = inputAt(call, index);
    if (value.shape.length === 4) return asTensorValue(value);
    return splitHeads(value, attributes.number(attribute, 0));
  };
  const query = heads(0, 'q_num_heads');
  const past = optionalAt(call, 4);
  const key = behindPast(past, heads(1, 'kv_num_heads'));
  const value = behindPast(optionalAt(call, 5), heads(2, 'kv_num_heads'));
  const biases: Tensor[] = [];
  const [rows, columns] = [query.shape[2], key.shape[2]];
  const mask = optionalAt(call, 3);
  if (mask) biases.push(biasOf(call, mask, columns));
  const window = windowOf(call);
  if (window.some(Number.isFinite)) {
    biases.push(windowBias(rows, columns, past?.shape[2] ?? 0, window));
  }
  const { output, scores } = attend({
    query,
    key,
    value,
    scale: attributes.number('scale', 1 / Math.sqrt(query.shape[3])),
    biases,
    softcap: attributes.number('softcap', 0),
    mayHideRows: mask?.dtype === 'bool' || Number.isFinite(window[0]),
  });
  const shown = scores[attributes.number('qk_matmul_output_mode', 0)];
  return [
    q.shape.length === 4 ? output : joinHeads(output),
    key,
    value,
    shown ? tensorValue(shown) : null,
  ];
}

/** The numbers of columns that a row sees to its left and its right. */
function windowOf({ attributes }: Call): readonly [left: number, right: number] {
  const side = (name: string) => {
    const size = attributes.number(name, -1);
    return size < 0 ? Number.POSITIVE_INFINITY : size;
  };
  const right = attributes.number('is_causal', 0) === 0 ? side('right_window_size') : 0;
  return [side('left_window_size'), right];
}

/** The bias of a mask: booleans are true where a score counts, numbers are added. */
function biasOf(call: Call, mask: Value, columns: number): Tensor {
  const last = mask.shape.at(-1)!;
  if (last !== columns && last !== 1) {
    throw unsupported(call, `a mask of ${last} columns for ${columns} keys`, 'Export a whole mask');
  }
  const bias = mask.dtype === 'bool' ? maskBias(mask, HIDDEN) : toTensor(mask);
  // A mask of rank 3 has the axes of heads, rows and columns.
  return bias.rank < 4 ? reshape(bias, [...new Array(4 - bias.rank).fill(1), ...bias.shape]) : bias;
}
