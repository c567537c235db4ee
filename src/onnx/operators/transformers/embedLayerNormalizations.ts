import { add, cast, gather, reshape, slice, sum, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { type Call, inputAt, type Operators, optionalAt } from '../operator';
import { normalizedRows } from './normalizedRows';

/** The embedding layer of BERT as onnxruntime's optimiser writes it. */
export const embedLayerNormalizations: Operators = {
  'com.microsoft.EmbedLayerNormalization': { run: embedLayerNormalization },
};

/** The normalised sum of the embeddings of words, positions and segments: tokens are [batch, rows]. */
function embedLayerNormalization(call: Call): readonly (Value | null)[] {
  const tokens = inputAt(call, 0);
  const [batch, rows] = tokens.shape;
  const [words, places, scale, shift] = [2, 3, 5, 6].map((i) => toTensor(inputAt(call, i)));
  const [segments, segmentTable] = [optionalAt(call, 1), optionalAt(call, 4)];
  const positions = optionalAt(call, 8);
  const placed = positions
    ? embedded(places, positions)
    : reshape(slice(places, [0, 0], [rows, places.shape[1]!]), [1, rows, places.shape[1]!]);
  const parts = [embedded(words, tokens), placed];
  if (segments && segmentTable) parts.push(embedded(toTensor(segmentTable), segments));
  const total = parts.reduce((left, right) => add(left, right));
  const epsilon = call.attributes.number('epsilon', 1e-12);
  const { rows: normalized } = normalizedRows(total, epsilon, true, scale, shift);
  const mask = optionalAt(call, 7);
  const lengths = mask ? sum(cast(toTensor(mask), 'int32'), 1) : zeros([batch], 'int32');
  return [normalized, lengths, total].map((each) => tensorValue(each));
}

/** The rows of a table [items, width] for indices [batch, rows]. */
function embedded(table: Tensor, indices: Value): Tensor {
  return gather(table, toTensor(indices) as Tensor & { rank: 2 });
}
