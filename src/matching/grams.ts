import type { Permutations } from '../permutation/permutation';
import { type Comparison, gram } from './comparison';

/** Where a coordinate descent gets the grams of its groups. */
export interface Grams {
  /** The gram of a group, see {@link gram}. */
  gram(group: string, permutations: Permutations): Promise<Float32Array>;
  /** Whether the gram is known to be what it was when it was last asked for. */
  unchanged(group: string, permutations: Permutations): boolean;
  /** Forgets grams that may have gathered rounding, and tells whose they were: none is unchanged then. */
  refresh(): string[];
  /** Disposes what is kept. */
  dispose(): void;
}

/** Computes every gram from the parameters, every time: the oracle of all others. */
export function plainGrams(comparison: Comparison): Grams {
  return {
    gram: (group, permutations) => gram(comparison, group, permutations),
    unchanged: () => false,
    refresh: () => [],
    dispose: () => {},
  };
}
