import { sizeOf } from '../../params/internal';
import type { Permutations } from '../../permutation';
import type { Appearance, Movement, Term } from '../weights/term';
import { addMatrix } from './addMatrix';
import type { RowProduct } from './addProducts';
import { type KeptRows, keptPanels } from './keptPanels';
import { keptTermProducts, type TermProduct } from './keptTermProducts';
import { type MatrixPool, matrixPool } from './matrixPool';
import { ownThread } from './ownThread';
import { placeChangeProduct, placeProduct, termInnerProduct } from './placeProduct';
import type { GramPart, Products } from './products';
import type { ProductWork } from './productWork';
import type { Weights } from './weights';

/** The most values of parameters in one batch; a larger parameter is a batch by itself. */
const BATCH = 2 ** 23;

/** The most bytes of A's rows and their panels that are kept. */
const MOST_KEPT = 2 ** 25;

/** The state that the methods of an engine share. */
interface Engine {
  readonly weights: Weights;
  readonly work: ProductWork;
  readonly rowsOfA: KeptRows;
  readonly pool: MatrixPool;
  /** The number of units of the largest group on a term. */
  readonly largest: number;
  /** Memory for one gram, and for a part of it, at a time. */
  readonly scratch: { gram: Float32Array | null; part: Float32Array | null };
}

/**
 * The engine on typed arrays, for tfjs backends that are slow at matrix products (cpu) or at gathering and
 * transposing around them (wasm). B is permuted while it is packed; a permuted network is never written out.
 *
 * @param weights - The values of both networks.
 * @param terms - The terms of the objective.
 * @param work - Memory and products. Default: those of the caller's thread.
 */
export function packedProducts(
  weights: Weights,
  terms: readonly Term[],
  work: ProductWork = ownThread,
): Products<Float32Array> {
  const termProduct = keptTermProducts((term, permutations) =>
    termInnerProduct(weights, term, permutations),
  );
  const engine: Engine = {
    weights,
    work,
    rowsOfA: keptPanels(Math.min(4 * weights.bytes, MOST_KEPT)),
    pool: matrixPool(work.allocate),
    largest: largestGroup(terms),
    scratch: { gram: null, part: null },
  };
  return {
    terms,
    bytes: weights.bytes,
    innerProducts: (some, permutations) => innerProducts(termProduct, some, permutations),
    sum: (places, permutations) => sum(engine, places, permutations),
    corrected: (matrix, place, movement, permutations) =>
      corrected(engine, matrix, place, movement, permutations),
    gram: (n, parts, permutations) => gram(engine, n, parts, permutations),
    copy(matrix) {
      const copy = engine.pool.take(matrix.length);
      copy.set(matrix);
      return copy;
    },
    dispose: (matrix) => engine.pool.give(matrix),
    release: () => release(engine),
  };
}

/** The number of units of the largest group on a term. */
function largestGroup(terms: readonly Term[]): number {
  const sizes = terms.flatMap(({ places }) => places.map(({ units }) => units));
  return sizes.reduce((most, units) => Math.max(most, units), 0);
}

async function innerProducts(
  termProduct: TermProduct,
  terms: readonly Term[],
  permutations: Permutations,
): Promise<Float64Array> {
  const results = new Float64Array(terms.length);
  for (const [t, term] of terms.entries()) {
    results[t] = await termProduct(term, permutations);
  }
  return results;
}

/** The part of a gram that some places add, `[n × n]`. */
async function sum(
  engine: Engine,
  places: readonly Appearance[],
  permutations: Permutations,
): Promise<Float32Array> {
  const total = engine.pool.take(places[0].place.units ** 2);
  await addPlaces(engine, total, places, permutations);
  return total;
}

/** Adds the part of some places to `total`, batch by batch, so that few parameters are in memory. */
async function addPlaces(
  { weights, work, rowsOfA }: Engine,
  total: Float32Array,
  places: readonly Appearance[],
  permutations: Permutations,
): Promise<void> {
  for (const batch of batches(weights, places)) {
    const products: RowProduct[] = [];
    for (const place of batch) {
      products.push(await placeProduct(weights, place, permutations, rowsOfA));
    }
    await work.addProducts(total, products);
  }
}

async function corrected(
  { weights, work }: Engine,
  matrix: Float32Array,
  place: Appearance,
  movement: Movement,
  permutations: Permutations,
): Promise<Float32Array> {
  const change = await placeChangeProduct(weights, place, movement, permutations);
  await work.addProducts(matrix, [change]);
  return matrix;
}

async function gram(
  engine: Engine,
  n: number,
  parts: readonly GramPart<Float32Array>[],
  permutations: Permutations,
): Promise<Float32Array> {
  const total = scratch(engine, 'gram', n * n);
  if (parts.length === 0) total.fill(0);
  for (const [at, { places, value }] of parts.entries()) {
    const matrix = value ?? (await scratchSum(engine, places, permutations));
    if (at === 0) total.set(matrix);
    else addMatrix(total, matrix);
  }
  return total;
}

/** The part of a gram that some places add, valid until the next call. */
async function scratchSum(
  engine: Engine,
  places: readonly Appearance[],
  permutations: Permutations,
): Promise<Float32Array> {
  const total = scratch(engine, 'part', places[0].place.units ** 2).fill(0);
  await addPlaces(engine, total, places, permutations);
  return total;
}

function scratch(engine: Engine, use: 'gram' | 'part', length: number): Float32Array {
  const { scratch, pool, largest } = engine;
  let own = scratch[use];
  // A group that is on no term may be larger than all others.
  if (own === null || own.length < length) {
    if (own) pool.give(own);
    own = pool.take(Math.max(largest ** 2, length));
    scratch[use] = own;
  }
  return own.subarray(0, length);
}

/** Gives the memory for grams back to the pool. */
function release({ scratch, pool }: Engine): void {
  for (const matrix of [scratch.gram, scratch.part]) if (matrix) pool.give(matrix);
  Object.assign(scratch, { gram: null, part: null });
}

/** Splits places into batches whose parameters have at most BATCH values together. */
function batches(weights: Weights, places: readonly Appearance[]): Appearance[][] {
  const result: Appearance[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const place of places) {
    const own = sizeOf(weights.shape(place.term.param));
    if (size + own <= BATCH) {
      result.at(-1)!.push(place);
      size += own;
    } else {
      result.push([place]);
      size = own;
    }
  }
  return result;
}
