import {
  add,
  clone,
  concat,
  dispose,
  type Rank,
  type Tensor2D,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { Permutations } from '../../permutation';
import { readAndDispose } from '../../runtime';
import type { Appearance, Movement, Term } from '../weights/term';
import { innerProductParts, type Networks, placeGram, placeGramChange } from './placeGram';
import type { GramPart, Products } from './products';

/** The engine on the user's tfjs backend, for backends with a fast matrix product. */
export function backendProducts(a: Params, b: Params, terms: readonly Term[]): Products<Tensor2D> {
  const networks = { a, b };
  const names = new Set(terms.map(({ param }) => param));
  return {
    terms,
    bytes: [...names].reduce((bytes, name) => bytes + 8 * a[name].size, 0),
    innerProducts: (some, permutations) => innerProducts(networks, some, permutations),
    sum: async (places, permutations) => sum(networks, places, permutations),
    corrected: (matrix, place, movement, permutations) =>
      corrected(networks, matrix, place, movement, permutations),
    gram: (n, parts, permutations) => gram(networks, n, parts, permutations),
    copy: (matrix) => clone(matrix),
    dispose: (matrix) => dispose(matrix),
    release() {},
  };
}

/** ⟨A_w, (P B)_w⟩ of each term, [terms]: sums over the last axis are made on the backend, all others in float64. */
async function innerProducts(
  networks: Networks,
  terms: readonly Term[],
  permutations: Permutations,
): Promise<Float64Array> {
  const results = new Float64Array(terms.length);
  if (terms.length === 0) return results;
  const lengths: number[] = [];
  const parts = tidy(() => {
    const ofTerms = terms.map((term) => innerProductParts(networks, term, permutations));
    lengths.push(...ofTerms.map(({ size }) => size));
    return concat(ofTerms);
  });
  const values = await readAndDispose(parts);
  let at = 0;
  lengths.forEach((length, term) => {
    for (const end = at + length; at < end; at++) results[term] += values[at];
  });
  return results;
}

function sum(
  networks: Networks,
  places: readonly Appearance[],
  permutations: Permutations,
): Tensor2D {
  return tidy(() => addUp(places, (place) => placeGram(networks, place, permutations)));
}

async function corrected(
  networks: Networks,
  matrix: Tensor2D,
  place: Appearance,
  movement: Movement,
  permutations: Permutations,
): Promise<Tensor2D> {
  try {
    return tidy(
      (): Tensor2D => add(matrix, placeGramChange(networks, place, movement, permutations)),
    );
  } finally {
    matrix.dispose();
  }
}

async function gram(
  networks: Networks,
  n: number,
  parts: readonly GramPart<Tensor2D>[],
  permutations: Permutations,
): Promise<Float32Array> {
  return readAndDispose(
    tidy(() => {
      if (parts.length === 0) return zeros<Rank.R2>([n, n]);
      return addUp(parts, ({ places, value }) =>
        value === null ? sum(networks, places, permutations) : clone(value),
      );
    }),
  );
}

/** The sum of the matrices of one item or more. Each is disposed before the next is made. */
function addUp<Item>(items: readonly Item[], matrixOf: (item: Item) => Tensor2D): Tensor2D {
  return items.slice(1).reduce((total, item) => {
    const matrix = matrixOf(item);
    const next: Tensor2D = add(total, matrix);
    dispose([total, matrix]);
    return next;
  }, matrixOf(items[0]));
}
