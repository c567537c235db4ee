import {
  add,
  concat,
  dispose,
  gather,
  matMul,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor1d,
  tidy,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Params } from '../params/params';
import type { Permutation, Permutations } from '../permutation/permutation';
import { permuteTensor } from '../spec/permute';
import { isWholeAxis, type Place, placePositions } from '../spec/places';

/**
 * One term ⟨A_w, (P B)_w⟩ of the objective: a parameter w, with the units along one of its axes
 * scaled where the kernel asks for it.
 */
export interface Term {
  readonly param: string;
  /** Every appearance of a group on the parameter. */
  readonly places: readonly Place[];
  readonly scaling: Scaling | null;
}

/** What each position of an axis is multiplied by, in A and in B. */
export interface Scaling {
  readonly axis: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** Two networks and what of them is compared: everything that a matcher asks about similarity. */
export interface Comparison {
  readonly a: Params;
  readonly b: Params;
  readonly terms: readonly Term[];
}

/**
 * The gram of a group: G[i, j] = Σ over the terms and places of the group of
 * ⟨unit i of A, unit j of B̃⟩, where B̃ is B with every permutation applied but the one at that place.
 * With all other groups held, the objective is Σ_i G[i, p[i]] plus a constant, provided that no
 * parameter has the group twice (see {@link isQuadratic}).
 *
 * One product on the user's backend for each place, added up there and read once.
 *
 * @returns Row-major n × n, rows A's units, columns B's.
 */
export async function gram(
  comparison: Comparison,
  group: string,
  permutations: Permutations,
): Promise<Float32Array> {
  return readAndDispose(gramOf(comparison, group, appearances(comparison, group), permutations));
}

/** One place of a group, with its term. */
export interface Appearance {
  readonly term: Term;
  readonly place: Place;
}

/** Every place of a group. */
export function appearances({ terms }: Comparison, group: string): Appearance[] {
  return terms.flatMap((term) =>
    term.places.filter((place) => place.group === group).map((place) => ({ term, place })),
  );
}

/** What some places add to the gram of their group; the caller disposes it. */
export function gramOf(
  comparison: Comparison,
  group: string,
  places: readonly Appearance[],
  permutations: Permutations,
): Tensor2D {
  const n = permutations[group].length;
  return tidy(() => {
    let sum: Tensor2D | null = null;
    for (const appearance of places) {
      const product: Tensor2D = gramAt(comparison, appearance, permutations);
      if (sum === null) sum = product;
      else {
        const next: Tensor2D = add(sum, product);
        dispose([sum, product]);
        sum = next;
      }
    }
    return sum ?? zeros([n, n]);
  });
}

/** ⟨A_w, (P B)_w⟩ for each of the terms. */
export async function innerProducts(
  { a, b }: Comparison,
  terms: readonly Term[],
  permutations: Permutations,
): Promise<Float64Array> {
  const result = new Float64Array(terms.length);
  if (terms.length === 0) return result;
  const lengths: number[] = [];
  const partials = tidy(() =>
    concat(
      terms.map((term) => {
        const partial = tidy(() => {
          const x = scaled(a[term.param], term.scaling, 'a');
          const y = permuteTensor(
            scaled(b[term.param], term.scaling, 'b'),
            term.places,
            permutations,
          );
          // Summed over one axis on the backend, over the others in float64 below.
          return sum(reshape(mul(x, y), [-1, x.rank === 0 ? 1 : x.shape[x.rank - 1]]), 1);
        });
        lengths.push(partial.size);
        return partial;
      }),
    ),
  );
  const values = await readAndDispose(partials);
  let at = 0;
  lengths.forEach((length, t) => {
    for (const end = at + length; at < end; at++) result[t] += values[at];
  });
  return result;
}

/**
 * How alike each unit of A is to the unit of B that p pairs it with: the diagonal of the gram under
 * p, ⟨unit i of A, unit p[i] of B̃⟩.
 */
export function pairedSimilarity(values: Float32Array, p: Permutation): Float64Array {
  const n = p.length;
  return Float64Array.from(p, (unit, i) => values[i * n + unit]);
}

/** Whether a term holds the group at two places whose units meet, which makes its step quadratic. */
export function isQuadratic({ places }: Term, group: string): boolean {
  const own = places.filter((place) => place.group === group);
  if (own.length < 2) return false;
  if (own.some(({ axis }) => axis !== own[0].axis)) return true;
  const positions = own.flatMap((place) => Array.from(placePositions(place)));
  return new Set(positions).size < positions.length;
}

/** What one place adds to the gram of its group. */
function gramAt(
  { a, b }: Comparison,
  { term: { param, places, scaling }, place }: Appearance,
  permutations: Permutations,
): Tensor2D {
  return tidy(() => {
    const others = places.filter((each) => each !== place);
    const rows = unitRows(scaled(a[param], scaling, 'a'), place);
    const permuted = permuteTensor(scaled(b[param], scaling, 'b'), others, permutations);
    return matMul(rows, unitColumns(permuted, place));
  });
}

/**
 * By how much what a place adds to the gram changes when the group of another place moves some of its
 * units: the product over the positions of those units alone, A·(B̃_after − B̃_before). The caller
 * disposes it.
 *
 * @param moved - Units that `before` and the group's permutation in `permutations` put differently.
 */
export function gramChange(
  { a, b }: Comparison,
  { term: { param, places, scaling }, place }: Appearance,
  { other, before, moved }: { other: Place; before: Permutation; moved: readonly number[] },
  permutations: Permutations,
): Tensor2D {
  const positions = placePositions(other);
  const at = (p: Permutation | null) =>
    moved.flatMap((unit) => {
      const first = (p ? p[unit] : unit) * other.copies;
      return Array.from(positions.subarray(first, first + other.copies));
    });
  return tidy(() => {
    const pick = (x: Tensor, p: Permutation | null) =>
      gather(x, tensor1d(at(p), 'int32'), other.axis);
    const rest = places.filter((each) => each !== place && each !== other);
    const permuted = permuteTensor(scaled(b[param], scaling, 'b'), rest, permutations);
    const change = sub(pick(permuted, permutations[other.group]), pick(permuted, before));
    const rows = unitRows(pick(scaled(a[param], scaling, 'a'), null), place);
    return matMul(rows, unitColumns(change, place));
  });
}

/** The units of a place as rows: [units, copies · rest]. */
function unitRows(x: Tensor, place: Place): Tensor2D {
  const positions = isWholeAxis(place, x.shape[place.axis]) ? null : placePositions(place);
  const picked = positions ? gather(x, tensor1d(positions, 'int32'), place.axis) : x;
  return reshape(moveAxis(picked, place.axis, 0), [place.units, -1]);
}

/** The units of a place as columns: [copies · rest, units]. */
function unitColumns(x: Tensor, place: Place): Tensor2D {
  // Explicit transposes: tfjs-wasm is ten times slower when matMul is asked to transpose.
  if (!isWholeAxis(place, x.shape[place.axis])) return transpose(unitRows(x, place));
  return reshape(moveAxis(x, place.axis, x.rank - 1), [-1, place.units]);
}

function moveAxis(x: Tensor, from: number, to: number): Tensor {
  if (from === to) return x;
  const axes = Array.from({ length: x.rank }, (_, axis) => axis).filter((axis) => axis !== from);
  axes.splice(to, 0, from);
  return transpose(x, axes);
}

function scaled(x: Tensor, scaling: Scaling | null, side: 'a' | 'b'): Tensor {
  if (!scaling) return x;
  const shape = x.shape.map((size, axis) => (axis === scaling.axis ? size : 1));
  return mul(x, tensor(scaling[side], shape));
}

/** The values of a tensor that is not needed after. */
export async function readAndDispose(x: Tensor): Promise<Float32Array> {
  try {
    return (await x.data()) as Float32Array;
  } finally {
    x.dispose();
  }
}
