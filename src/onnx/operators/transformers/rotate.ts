import {
  add,
  concat,
  gather,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { storedIn, type TensorValue, tensorValue, toTensor, type Value } from '../../values/value';

/** Angles of rotary embeddings: cosines and sines [batch or 1, rows, pairs]. */
export interface Angles {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/**
 * Heads [batch, heads, rows, depth] with pairs of their numbers turned by the angles of the row. The pairs are numbers
 * 2i and 2i + 1 if they are interleaved, and else i and i + the number of pairs. Numbers behind the pairs stay.
 */
export function rotate(
  heads: TensorValue,
  { cos, sin }: Angles,
  isInterleaved: boolean,
): TensorValue {
  const { order } = heads;
  const depthAxis = order.indexOf(3);
  // Work on the last axis: heads are stored with their numbers last, unless a transpose of keys came before.
  const stored = depthAxis === 3 ? order : [0, 1, 2, 3];
  const x = storedIn(heads, stored);
  const pairs = cos.shape[2]!;
  const angle = (each: Tensor) => {
    const [batch, rows] = each.shape;
    return storedIn(tensorValue(reshape(each, [batch, 1, rows, pairs])), stored);
  };
  const turned = isInterleaved
    ? turnedNeighbours(x, angle(cos), angle(sin), pairs)
    : turnedHalves(x, angle(cos), angle(sin), pairs);
  const rest = x.shape[3]! - 2 * pairs;
  const whole = rest === 0 ? turned : [...turned, lastAxis(x, 2 * pairs, rest)];
  return tensorValue(whole.length === 1 ? whole[0] : concat([...whole], 3), stored);
}

function turnedHalves(x: Tensor, cos: Tensor, sin: Tensor, pairs: number): readonly Tensor[] {
  return turned(lastAxis(x, 0, pairs), lastAxis(x, pairs, pairs), cos, sin);
}

function turnedNeighbours(x: Tensor, cos: Tensor, sin: Tensor, pairs: number): readonly Tensor[] {
  const shape = [...x.shape.slice(0, 3), pairs, 2];
  const apart = reshape(lastAxis(x, 0, 2 * pairs), shape);
  const [first, second] = [0, 1].map((at) => reshape(lastAxis(apart, at, 1), shape.slice(0, 4)));
  const joined = concat(
    turned(first, second, cos, sin).map((each) => reshape(each, [...shape.slice(0, 4), 1])),
    4,
  );
  return [reshape(joined, [...shape.slice(0, 3), 2 * pairs])];
}

function turned(first: Tensor, second: Tensor, cos: Tensor, sin: Tensor): readonly Tensor[] {
  return [sub(mul(first, cos), mul(second, sin)), add(mul(first, sin), mul(second, cos))];
}

/** `count` positions of the last axis. */
function lastAxis(x: Tensor, from: number, count: number): Tensor {
  if (count === x.shape.at(-1)) return x;
  const begin = new Array<number>(x.rank).fill(0);
  begin[x.rank - 1] = from;
  return slice(x, begin, [...x.shape.slice(0, -1), count]);
}

/**
 * The rows of a table [positions, pairs] as [batch or 1, rows, pairs].
 *
 * @param positions - The positions [batch, rows]; null for those from 0 on.
 */
export function anglesAt(table: Value, positions: Value | null, rows: number): Tensor {
  const tensor = toTensor(table);
  const pairs = tensor.shape[1]!;
  if (!positions) return reshape(slice(tensor, [0, 0], [rows, pairs]), [1, rows, pairs]);
  const [batch] = positions.shape;
  const flat = reshape(toTensor(positions), [batch * rows]) as Tensor1D;
  return reshape(gather(tensor, flat), [batch, rows, pairs]);
}
