import { type RowProduct, sharedArray } from '../../matching/internal';

/** Memory that threads share, used again for one product after another. */
export interface SharedSlabs {
  /** Does work on products whose values are in shared memory: those that are not yet are copied into it. */
  sharing<Result>(
    products: readonly RowProduct[],
    work: (shared: readonly RowProduct[]) => Promise<Result>,
  ): Promise<Result>;
}

/** Slabs of shared memory. None is allocated before it is needed, and a free one is replaced by a larger. */
export function sharedSlabs(): SharedSlabs {
  const free: Float32Array[] = [];

  function take(length: number): Float32Array {
    free.sort((one, other) => one.length - other.length);
    const fitting = free.findIndex((slab) => slab.length >= length);
    if (fitting >= 0) return free.splice(fitting, 1)[0];
    free.pop();
    return sharedArray(length);
  }

  return {
    async sharing(products, work) {
      /** By values, so that factors with the same ones have one copy. */
      const taken = new Map<Float32Array, Float32Array>();
      const shared = (rows: RowProduct['left']) => {
        const { values } = rows;
        if (values.buffer instanceof SharedArrayBuffer) return rows;
        const slab = taken.get(values) ?? take(values.length);
        if (!taken.has(values)) slab.set(values);
        taken.set(values, slab);
        return { ...rows, values: slab.subarray(0, values.length) };
      };
      try {
        return await work(
          products.map(({ left, right, minus }) => ({
            left: shared(left),
            right: shared(right),
            minus: minus && shared(minus),
          })),
        );
      } finally {
        free.push(...taken.values());
      }
    },
  };
}
