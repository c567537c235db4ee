import { add, range, reshape, slice, type Tensor } from '@tensorflow/tfjs-core';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { asTensorValue } from '../matrix/matrixProducts';
import { type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { anglesAt, rotate } from './rotate';
import { joinHeads, splitHeads } from './splitHeads';

/** Rotary position embeddings. */
export const rotaryEmbeddings: Operators = {
  RotaryEmbedding: {
    run: (call) => embedding(call, [1, 2], optionalAt(call, 3)),
  },
  'com.microsoft.RotaryEmbedding': {
    run(call) {
      const { attributes } = call;
      if (attributes.number('is_packed_batching', 0) !== 0) {
        throw unsupported(call, 'packed batches', 'Export the model without packing');
      }
      return scaledBy(
        attributes.number('scale', 1),
        call,
        embedding(call, [2, 3], positionsOf(call)),
      );
    },
  },
};

/** The input [batch, heads, rows, depth] or [batch, rows, heads · depth] with its pairs turned. */
function embedding(call: Call, tables: readonly [number, number], positions: Value | null): Value {
  const { attributes } = call;
  const x = inputAt(call, 0);
  const width = attributes.number('rotary_embedding_dim', 0);
  const [cosTable, sinTable] = tables.map((index) => inputAt(call, index));
  const isWhole = x.shape.length === 4;
  // Without a number of heads, each is as wide as the table turns.
  const count = attributes.number('num_heads', 0) || x.shape.at(-1)! / (2 * cosTable.shape.at(-1)!);
  const heads = isWhole ? asTensorValue(x) : splitHeads(x, count);
  const rows = heads.shape[2];
  const [cos, sin] = [cosTable, sinTable].map((table) => {
    const all = table.shape.length === 3 ? toTensor(table) : anglesAt(table, positions, rows);
    return width === 0 ? all : narrowed(all, width / 2);
  });
  const isInterleaved = attributes.number('interleaved', 0) !== 0;
  const found = rotate(heads, { cos, sin }, isInterleaved);
  return isWhole ? found : joinHeads(found);
}

function narrowed(angles: Tensor, pairs: number): Tensor {
  const [batch, rows, all] = angles.shape;
  return pairs === all ? angles : slice(angles, [0, 0, 0], [batch, rows, pairs]);
}

/** The positions [batch, rows]: given, or counted from the one that is given. */
function positionsOf(call: Call): Value {
  const positions = inputAt(call, 1);
  if (positions.shape.length === 2) return positions;
  const { shape } = inputAt(call, 0);
  const rows = shape.length === 4 ? shape[2] : shape[1];
  const counted = add(reshape(toTensor(positions), [1]), range(0, rows, 1, 'int32'));
  return tensorValue(reshape(counted, [1, rows]));
}

function scaledBy(factor: number, call: Call, value: Value): Value {
  if (factor === 1) return value;
  throw unsupported(call, `scale ${factor}`, 'Export the model without it');
}
