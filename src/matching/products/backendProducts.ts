import {
  add,
  clone,
  concat,
  dispose,
  gather,
  matMul,
  mul,
  type Rank,
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
import type { Params } from '../../params';
import type { Permutation, Permutations } from '../../permutation';
import { readAndDispose } from '../../runtime';
import {
  isWholeAxis,
  type Place,
  permuteTensor,
  placeMovement,
  placePositions,
} from '../../symmetry/internal';
import {
  type Appearance,
  alignmentOfA,
  type Movement,
  movedPositions,
  othersOfB,
  type Scaling,
  type Term,
} from '../weights/term';
import type { Products } from './products';

/** Products on the user's tfjs backend: for those that have a fast matrix product. */
export function backendProducts(a: Params, b: Params, terms: readonly Term[]): Products<Tensor2D> {
  const names = new Set(terms.map(({ param }) => param));
  const networks = { a, b };
  return {
    terms,
    bytes: [...names].reduce((bytes, name) => bytes + 8 * a[name].size, 0),
    innerProducts: (some, permutations) => innerProducts(networks, some, permutations),
    sum: async (places, permutations) => sumOf(networks, places, permutations),
    async corrected(matrix, place, movement, permutations) {
      try {
        return tidy(
          (): Tensor2D => add(matrix, gramChange(networks, place, movement, permutations)),
        );
      } finally {
        matrix.dispose();
      }
    },
    gram: (n, parts, permutations) =>
      readAndDispose(
        tidy(() => {
          let total: Tensor2D | null = null;
          for (const { places, value } of parts) {
            const matrix: Tensor2D = value ?? sumOf(networks, places, permutations);
            const next: Tensor2D = total === null ? clone(matrix) : add(total, matrix);
            dispose([total, value === null ? matrix : null].filter((each) => each !== null));
            total = next;
          }
          return total ?? zeros<Rank.R2>([n, n]);
        }),
      ),
    dispose: (matrix) => dispose(matrix),
  };
}

interface Networks {
  readonly a: Params;
  readonly b: Params;
}

/** What some places add to the gram of their group; the caller disposes it. */
function sumOf(
  networks: Networks,
  places: readonly Appearance[],
  permutations: Permutations,
): Tensor2D {
  return tidy(() => {
    let total: Tensor2D | null = null;
    for (const appearance of places) {
      const product: Tensor2D = gramAt(networks, appearance, permutations);
      if (total === null) total = product;
      else {
        const next: Tensor2D = add(total, product);
        dispose([total, product]);
        total = next;
      }
    }
    return total!;
  });
}

/** ⟨A_w, (P B)_w⟩ for each of the terms. */
async function innerProducts(
  { a, b }: Networks,
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
          const y = permuteTensor(scaled(b[term.param], term.scaling, 'b'), term.places, (place) =>
            placeMovement(place, permutations),
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

/** What one place adds to the gram of its group. */
function gramAt({ a, b }: Networks, appearance: Appearance, permutations: Permutations): Tensor2D {
  const { term, place } = appearance;
  const { param, scaling } = term;
  return tidy(() => {
    const alignment = alignmentOfA(appearance, permutations);
    const x = scaled(a[param], scaling, 'a');
    const aligned =
      alignment.places.length === 0 ? x : permuteTensor(x, alignment.places, alignment.movementAt);
    const rows = unitRows(aligned, place);
    const permuted = permuteTensor(scaled(b[param], scaling, 'b'), othersOfB(appearance), (other) =>
      placeMovement(other, permutations),
    );
    return matMul(rows, unitColumns(permuted, place));
  });
}

/** By how much what a place adds changes with a movement; the caller disposes it. */
function gramChange(
  { a, b }: Networks,
  { term: { param, places, scaling }, place }: Appearance,
  movement: Movement,
  permutations: Permutations,
): Tensor2D {
  const { other, before } = movement;
  return tidy(() => {
    const pick = (x: Tensor, p: Permutation | null) =>
      gather(x, tensor1d(movedPositions(movement, p), 'int32'), other.axis);
    const rest = places.filter((each) => each !== place && each !== other);
    const permuted = permuteTensor(scaled(b[param], scaling, 'b'), rest, (each) =>
      placeMovement(each, permutations),
    );
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
