import { lingering } from '../../runtime';

/** Memory for matrices that is used again: the first touch of fresh memory takes as long as a small product. */
export interface MatrixPool {
  /** A matrix of zeros. */
  take(length: number): Float32Array;
  /** Gives back a matrix, which nobody reads any more. */
  give(matrix: Float32Array): void;
}

type Allocate = (length: number) => Float32Array;

/** The pools, for one match after another. */
const pools = /* @__PURE__ */ new WeakMap<Allocate, () => MatrixPool>();

/** The pool of the matrices that a function allocates; see {@link lingering}. */
export function matrixPool(allocate: Allocate): MatrixPool {
  const pool = pools.get(allocate) ?? lingering(() => createPool(allocate));
  pools.set(allocate, pool);
  return pool();
}

function createPool(allocate: Allocate): MatrixPool {
  /** The first given first. */
  const free: Float32Array[] = [];

  /** Drops free matrices that have at least this length together. */
  function drop(length: number): void {
    while (length > 0 && free.length > 0) length -= free.shift()!.length;
  }

  return {
    take(length) {
      const at = free.findIndex((matrix) => matrix.length === length);
      if (at >= 0) return free.splice(at, 1)[0].fill(0);
      drop(length);
      // Written before it is read: else each page is touched twice.
      return allocate(length).fill(0);
    },
    give(matrix) {
      free.push(matrix);
    },
  };
}
