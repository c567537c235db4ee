import type { Permutations } from '../../permutation';

/** A descent between two steps, as data: another descent goes on from it where this one ends. */
export interface DescentPoint {
  readonly permutations: Permutations;
  /** By group, `[units]`, as of its last step. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
  /** S after each step so far. */
  readonly history: readonly number[];
  /** The present sweep, from 1. */
  readonly sweep: number;
  /** The number of groups that the sweep has visited. */
  readonly visited: number;
  /** True if one of them has moved. */
  readonly hasMoved: boolean;
  /** The groups whose last solution still holds. */
  readonly settled: readonly string[];
  /** The groups whose grams have been corrected, so that a solution by them has to be confirmed. */
  readonly corrected: readonly string[];
}

/** A run between two steps of its descent, as data. */
export interface RunPoint extends DescentPoint {
  /** The iterations of Frank–Wolfe before the descent. */
  readonly iterations: number;
  /** S of the start of a Frank–Wolfe run, below which it must not end; null where the descent is from that start. */
  readonly least: number | null;
}
