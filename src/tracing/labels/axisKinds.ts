import { stridesOf } from '../../params/internal';
import { hashPair } from './indexMap';

/** The kinds of positions on an axis of a constant. Positions with equal slices are of one kind. */
export interface AxisKinds {
  /** The kind of each position, numbered by first appearance. */
  readonly kindOf: Int32Array;
  /** The first position of each kind. */
  readonly first: Int32Array;
  /** The colour of each kind. Kinds whose slices hold the same values in any order share a colour. */
  readonly colours: Int32Array;
}

/** The kinds of positions along an axis, from a hash of each value, row-major. */
export function axisKinds(hashes: Int32Array, shape: readonly number[], axis: number): AxisKinds {
  const size = shape[axis];
  const stride = stridesOf(shape)[axis];
  const exact = new Int32Array(2 * size);
  const sums = new Int32Array(size);
  for (let i = 0; i < hashes.length; i++) {
    const position = Math.floor(i / stride) % size;
    const rest = i - position * stride;
    exact[2 * position] += hashPair(hashes[i], rest);
    exact[2 * position + 1] += hashPair(rest, hashes[i]);
    sums[position] += hashes[i];
  }
  const kindOf = numbered(size, (position) => `${exact[2 * position]} ${exact[2 * position + 1]}`);
  const first: number[] = [];
  for (const [position, kind] of kindOf.entries()) first[kind] ??= position;
  const colours = numbered(size, (position) => sums[position]);
  return {
    kindOf,
    first: Int32Array.from(first),
    colours: Int32Array.from(first, (position) => colours[position]),
  };
}

/** The number of each of `count` keys, by first appearance. Equal keys share a number. */
function numbered<Key>(count: number, keyAt: (i: number) => Key): Int32Array {
  const numbers = new Map<Key, number>();
  return Int32Array.from({ length: count }, (_, i) => {
    const key = keyAt(i);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}
