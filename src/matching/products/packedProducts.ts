import { sizeOf } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { indices } from '../../permutation/internal';
import { type Place, permutedIndex, placeMovement } from '../../symmetry/internal';
import {
  type Alignment,
  type Appearance,
  alignmentOfA,
  type Movement,
  movedPositions,
  othersOfB,
  type Term,
} from '../weights/term';
import { addMatrix } from './addMatrix';
import { addProducts, type RowProduct } from './addProducts';
import type { Products } from './products';
import { type IndexedValues, innerProduct, unitRows } from './unitRows';
import type { Weights } from './weights';

/** Where products are added up, and in which memory. */
export interface ProductWork {
  allocate(length: number): Float32Array;
  /** See the function of this name. */
  addProducts(sum: Float32Array, products: readonly RowProduct[]): void | Promise<void>;
}

/** On the thread of the caller. */
const ownThread: ProductWork = {
  allocate: (length) => new Float32Array(length),
  addProducts,
};

/** Parameters of so many values are taken together, larger ones one after another. */
const BATCH = 2 ** 23;

/**
 * Products on typed arrays, for where tfjs has no fast matrix product (its cpu backend) or is slow at
 * all around it (its wasm backend): B is permuted while it is packed for the product and never
 * written out.
 */
export function packedProducts(
  weights: Weights,
  terms: readonly Term[],
  work: ProductWork = ownThread,
): Products<Float32Array> {
  const valuesOf = ({ term }: Appearance) => sizeOf(weights.shape(term.param));

  /** What some places add to a gram; few parameters are in memory at a time. */
  async function sum(
    places: readonly Appearance[],
    permutations: Permutations,
  ): Promise<Float32Array> {
    const total = work.allocate(places[0].place.units ** 2);
    for (const batch of batches(places, valuesOf)) {
      const products: RowProduct[] = [];
      for (const { term, place } of batch) {
        const a = await operandA(weights, term, alignmentOfA({ term, place }, permutations));
        const b = await operandB(weights, term, othersOfB({ term, place }), permutations);
        products.push({ left: unitRows(a, place), right: unitRows(b, place), minus: null });
      }
      await work.addProducts(total, products);
    }
    return total;
  }

  /** One gram at a time: new memory for each would cost more than to add it up. */
  let scratch = work.allocate(0);

  return {
    terms,
    bytes: weights.bytes,
    async innerProducts(some, permutations) {
      const result = new Float64Array(some.length);
      for (const [t, term] of some.entries()) {
        const a = await operandA(weights, term, asStored);
        const b = await operandB(weights, term, term.places, permutations);
        result[t] = innerProduct(a, b);
      }
      return result;
    },
    sum,
    async corrected(matrix, { term, place }, movement, permutations) {
      const others = othersOfB({ term, place });
      const only = { axis: movement.other.axis, positions: movedPositions(movement, null) };
      const a = await operandA(weights, term, asStored);
      const after = await operandB(weights, term, others, permutations);
      const before = await operandB(weights, term, others, permutations, movement);
      const [left, right, minus] = [a, after, before].map((each) => unitRows(each, place, only));
      await work.addProducts(matrix, [{ left, right, minus }]);
      return matrix;
    },
    async gram(n, parts, permutations) {
      if (scratch.length < n * n) scratch = work.allocate(n * n);
      const total = scratch.subarray(0, n * n);
      if (parts.length === 0) total.fill(0);
      for (const [at, { places, value }] of parts.entries()) {
        const matrix = value ?? (await sum(places, permutations));
        if (at === 0) total.set(matrix);
        else addMatrix(total, matrix);
      }
      return total;
    },
    dispose() {},
  };
}

/** Splits a list where its items would become too large together. */
function batches<Item>(items: readonly Item[], valuesOf: (item: Item) => number): Item[][] {
  const result: Item[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const item of items) {
    size += valuesOf(item);
    if (size <= BATCH) result.at(-1)!.push(item);
    else {
      result.push([item]);
      size = valuesOf(item);
    }
  }
  return result;
}

/** Nothing moved. */
const asStored: Alignment = { places: [], movementAt: ({ units }) => indices(units) };

async function operandA(
  weights: Weights,
  { param, scaling }: Term,
  alignment: Alignment,
): Promise<IndexedValues> {
  const shape = weights.shape(param);
  return {
    values: await weights.values('a', param),
    shape,
    indices: indicesOf(shape, alignment),
    scaling: scaling && { axis: scaling.axis, factors: scaling.a },
  };
}

function indicesOf(
  shape: readonly number[],
  { places, movementAt }: Alignment,
): (Int32Array | null)[] {
  return shape.map((size, axis) =>
    permutedIndex(
      size,
      places.filter((place) => place.axis === axis),
      movementAt,
    ),
  );
}

/** B as the permutations reorder it at these places, or as they did before a movement. */
async function operandB(
  weights: Weights,
  { param, scaling }: Term,
  places: readonly Place[],
  permutations: Permutations,
  movement: Movement | null = null,
): Promise<IndexedValues> {
  const shape = weights.shape(param);
  const movementAt = (place: Place) =>
    place === movement?.other ? movement.before : placeMovement(place, permutations);
  return {
    values: await weights.values('b', param),
    shape,
    indices: indicesOf(shape, { places, movementAt }),
    scaling: scaling && { axis: scaling.axis, factors: scaling.b },
  };
}
