import { stridesOf } from '../../params/internal';
import type { AxisKinds } from './axisKinds';

/** Kinds of one axis that move with kinds of other axes: unit u is kind `units[u]`. */
export interface Appearance {
  readonly axis: number;
  readonly units: Int32Array;
}

/** Units that may be permuted freely, in all their appearances at once. */
export type TiedUnits = readonly Appearance[];

/**
 * Finds units of a constant that may be permuted along several axes at once, such as the rows and columns of an
 * identity matrix. Candidates are equally many kinds of one colour on two axes, where each kind singles out one kind
 * of the other axis. They are tied if exchanging neighbours leaves all values unchanged.
 *
 * @param hashes - A hash of each value, row-major.
 * @param kinds - The kinds of positions on each axis.
 * @param isSame - True if the values at two flat indices are the same.
 */
export function tiedUnits(
  hashes: Int32Array,
  shape: readonly number[],
  kinds: readonly AxisKinds[],
  isSame: (a: number, b: number) => boolean,
): TiedUnits[] {
  const left = kinds.map(({ colours }, axis) => new Set(classesOf(colours, axis)));
  const grids = new Map<string, Int32Array>();
  const found: TiedUnits[] = [];
  for (const start of left.flatMap((classes) => [...classes])) {
    if (!left[start.axis].delete(start)) continue;
    const tied = [start];
    for (const { axis, units } of tied) {
      for (const [other, classes] of left.entries()) {
        if (other === axis || classes.size === 0) continue;
        const [a, b] = [Math.min(axis, other), Math.max(axis, other)];
        const grid = grids.get(`${a} ${b}`) ?? gridOf(hashes, shape, kinds, a, b);
        grids.set(`${a} ${b}`, grid);
        const columns = kinds[b].first.length;
        for (const each of classes) {
          const matched = matchUnits(units, each.units, (i, j) =>
            axis === a ? grid[i * columns + j] : grid[j * columns + i],
          );
          if (!matched) continue;
          tied.push({ axis: other, units: matched });
          classes.delete(each);
        }
      }
    }
    if (tied.length > 1 && isSymmetric(tied, shape, kinds, isSame)) found.push(tied);
  }
  return found;
}

/** The kinds of each colour that several kinds share. */
function classesOf(colours: Int32Array, axis: number): Appearance[] {
  const classes = Array.from({ length: colours.length }, (): number[] => []);
  for (const [kind, colour] of colours.entries()) classes[colour].push(kind);
  return classes
    .filter((units) => units.length > 1)
    .map((units) => ({ axis, units: Int32Array.from(units) }));
}

/** A hash [kinds of a × kinds of b] of the values at each pair of kinds in any order, for axes a < b. */
function gridOf(
  hashes: Int32Array,
  shape: readonly number[],
  kinds: readonly AxisKinds[],
  a: number,
  b: number,
): Int32Array {
  const strides = stridesOf(shape);
  const columns = kinds[b].first.length;
  const grid = new Int32Array(kinds[a].first.length * columns);
  for (let i = 0; i < hashes.length; i++) {
    const row = kinds[a].kindOf[Math.floor(i / strides[a]) % shape[a]];
    const column = kinds[b].kindOf[Math.floor(i / strides[b]) % shape[b]];
    grid[row * columns + column] += hashes[i];
  }
  return grid;
}

/** The one column for each row where its value differs from all others; null unless each row has a column of its own. */
function matchUnits(
  rows: Int32Array,
  columns: Int32Array,
  valueAt: (row: number, column: number) => number,
): Int32Array | null {
  if (rows.length !== columns.length) return null;
  const matched = rows.map((row) => {
    const values = columns.map((column) => valueAt(row, column));
    const [x, y, z] = values;
    // Two units have only one exchange, so either match is right.
    const usual = z === undefined ? Math.max(x, y) : x === y || x === z ? x : y;
    const odd = values.findIndex((value) => value !== usual);
    return odd >= 0 && !values.subarray(odd + 1).some((value) => value !== usual)
      ? columns[odd]
      : -1;
  });
  return matched.includes(-1) || new Set(matched).size < matched.length ? null : matched;
}

/** True if exchanging any two neighbouring units in all their appearances leaves the values unchanged. */
function isSymmetric(
  tied: TiedUnits,
  shape: readonly number[],
  kinds: readonly AxisKinds[],
  isSame: (a: number, b: number) => boolean,
): boolean {
  const strides = stridesOf(shape);
  // The offset of each kind of each axis, before and after the exchange.
  const before = kinds.map(({ first }, axis) => first.map((position) => position * strides[axis]));
  const after = before.map((offsets) => offsets.slice());
  const exchange = (u: number) => {
    for (const { axis, units } of tied) {
      const [p, q] = [units[u], units[u + 1]];
      [after[axis][p], after[axis][q]] = [after[axis][q], after[axis][p]];
    }
  };
  for (let u = 0; u + 1 < tied[0].units.length; u++) {
    exchange(u);
    for (const { axis, units } of tied) {
      for (const kind of [units[u], units[u + 1]]) {
        const [old, next] = [before, after].map((offsets) => placesOf(offsets, axis, kind));
        if (old.some((place, i) => !isSame(place, next[i]))) return false;
      }
    }
    exchange(u);
  }
  return true;
}

/** The flat indices of the values of one kind of an axis. */
function placesOf(offsets: readonly Int32Array[], axis: number, kind: number): Int32Array {
  let places = Int32Array.of(0);
  for (const [each, own] of offsets.entries()) {
    const taken = each === axis ? own.subarray(kind, kind + 1) : own;
    const next = new Int32Array(places.length * taken.length);
    let at = 0;
    for (const place of places) for (const offset of taken) next[at++] = place + offset;
    places = next;
  }
  return places;
}
