import {
  add,
  cast,
  less,
  mul,
  range,
  reshape,
  scalar,
  split,
  stack,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type TensorValue, tensorValue, toTensor, type Value } from '../../values/value';
import { asTensorValue } from '../matrix/matrixProducts';
import { product } from '../matrix/product';
import { type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { attend, causalBias } from './attend';
import { maskBias } from './maskBias';
import { behindPast, joinHeads, splitHeads } from './splitHeads';

/** Attention of onnxruntime's domain, for encoders and for queries with keys of their own. */
export const microsoftAttentions: Operators = {
  'com.microsoft.Attention': { run: selfAttention },
  'com.microsoft.MultiHeadAttention': { run: multiHeadAttention },
};

const NO_CACHE = 'Export the model without a cache of past keys and values (use_cache: false)';

/**
 * Attention of x [batch, rows, width] to itself. The weight [width, q + k + v] makes queries, keys and values, with the
 * bias [q + k + v].
 */
function selfAttention(call: Call): readonly (Value | null)[] {
  const { attributes } = call;
  const [x, weight] = [inputAt(call, 0), toTensor(inputAt(call, 1))];
  if (optionalAt(call, 4)) throw unsupported(call, 'past', NO_CACHE);
  if (attributes.number('do_rotary', 0) !== 0) {
    throw unsupported(call, 'do_rotary', 'Export the model without optimisations');
  }
  const bias = optionalAt(call, 2);
  const all = product(toTensor(x), weight, bias && toTensor(bias));
  const third = weight.shape[1]! / 3;
  const sizes = attributes.numbers('qkv_hidden_sizes', [third, third, third]);
  const heads = attributes.number('num_heads', 0);
  const [query, key, value] = split(all, [...sizes], 2).map((each) =>
    splitHeads(tensorValue(each), heads),
  );
  const output = attended(call, { query, key, value }, optionalAt(call, 3), optionalAt(call, 5), 0);
  if (call.outputCount < 2) return [joinHeads(output)];
  return [joinHeads(output), tensorValue(stack([toTensor(key), toTensor(value)]))];
}

/** Attention of queries to keys, each [batch, rows, width]; keys and values may be heads [batch, heads, rows, depth]. */
function multiHeadAttention(call: Call): readonly (Value | null)[] {
  const { attributes } = call;
  const heads = attributes.number('num_heads', 0);
  const inputs = [inputAt(call, 0), optionalAt(call, 1), optionalAt(call, 2)];
  if (inputs.some((each) => each === null || each.shape.length === 5)) {
    throw unsupported(call, 'queries, keys and values in one input', 'Export them apart');
  }
  if (optionalAt(call, 8) || optionalAt(call, 9))
    throw unsupported(call, 'a shared cache', NO_CACHE);
  const bias = optionalAt(call, 3);
  const biases = bias ? biasParts(bias, inputs as Value[]) : [];
  const [query, newKey, newValue] = inputs.map((each, i) => {
    if (each!.shape.length === 4) return asTensorValue(each!);
    const biased = biases.length > 0 ? tensorValue(add(toTensor(each!), biases[i])) : each!;
    return splitHeads(biased, heads);
  });
  const past = optionalAt(call, 6);
  const key = behindPast(past, newKey);
  const value = behindPast(optionalAt(call, 7), newValue);
  const output = attended(
    call,
    { query, key, value },
    optionalAt(call, 4),
    optionalAt(call, 5),
    past?.shape[2] ?? 0,
  );
  return [joinHeads(output), key, value];
}

/** The biases of queries, keys and values, which one tensor holds behind each other. */
function biasParts(bias: Value, inputs: readonly Value[]): Tensor[] {
  const widths = inputs.map(({ shape }) => (shape.length === 4 ? shape[1] * shape[3] : shape[2]));
  return split(toTensor(bias), widths, 0);
}

/** The heads' results, with the mask and the bias that the operator takes. */
function attended(
  call: Call,
  { query, key, value }: Record<'query' | 'key' | 'value', TensorValue>,
  mask: Value | null,
  bias: Value | null,
  past: number,
): TensorValue {
  const { attributes } = call;
  const [rows, columns] = [query.shape[2], key.shape[2]];
  const biases: Tensor[] = [];
  if (bias) biases.push(toTensor(bias));
  if (mask) biases.push(biasOfMask(call, mask, [query.shape[0], rows, columns]));
  if (attributes.number('unidirectional', 0) !== 0) biases.push(causalBias(rows, columns, past));
  // A factor of 0 stands for the default.
  const scale = attributes.number('scale', 0) || 1 / Math.sqrt(query.shape[3]);
  return attend({ query, key, value, scale, biases }).output;
}

/** The bias of a mask: the lengths [batch] of sequences, [batch, columns] or [batch, rows, columns]. */
function biasOfMask(call: Call, mask: Value, [batch, rows, columns]: readonly number[]): Tensor {
  const hidden = call.attributes.number('mask_filter_value', -10000);
  const shape = mask.shape.join();
  if (shape === `${batch}`) {
    const lengths = reshape(toTensor(mask), [batch, 1, 1, 1]);
    const shown = cast(less(range(0, columns, 1, 'int32'), lengths), 'float32');
    return mul(sub(shown, scalar(1)), scalar(-hidden));
  }
  if (shape === `${batch},${columns}`)
    return reshape(maskBias(mask, hidden), [batch, 1, 1, columns]);
  if (shape === `${batch},${rows},${columns}`) {
    return reshape(maskBias(mask, hidden), [batch, 1, rows, columns]);
  }
  throw unsupported(
    call,
    `a mask of shape [${mask.shape}]`,
    'Export the model with a mask [batch, keys] of 0 and 1',
  );
}
