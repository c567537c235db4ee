import type { Permutations } from '../../permutation';
import type { Products } from '../products/products';
import { type PlaceSet, placeSets } from './term';

/** Which places of a group a gram is summed over. */
export type GramOf = 'all' | 'uncoupled';

/** Whether a gram is summed over these places too. */
export function isSummed({ places }: PlaceSet, of: GramOf): boolean {
  return of === 'all' || places.every(({ place }) => place.coupling === null);
}

/** Where a coordinate descent gets the grams of its groups. */
export interface Grams {
  /**
   * The gram of a group, see {@link Products}, of all its places or of those that are coupled to no other.
   * It holds until the next one is asked for.
   */
  gram(group: string, permutations: Permutations, of?: GramOf): Promise<Float32Array>;
  /** Whether the gram is known to be what it was when it was last asked for. */
  unchanged(group: string, permutations: Permutations): boolean;
  /** Forgets grams that may have gathered rounding, and tells whose they were: none is unchanged then. */
  refresh(): string[];
  /** Forgets all that depends on permutations, so that a run does not depend on the runs before it. */
  restart(): void;
  /** Disposes what is kept. */
  dispose(): void;
}

/** Computes every gram from the parameters, every time: the oracle of all others. */
export function plainGrams<Matrix>(products: Products<Matrix>): Grams {
  return {
    gram(group, permutations, of = 'all') {
      const parts = placeSets(products.terms, group)
        .filter((set) => isSummed(set, of))
        .map(({ places }) => ({ places, value: null }));
      return products.gram(permutations[group].length, parts, permutations);
    },
    unchanged: () => false,
    refresh: () => [],
    restart: () => {},
    dispose: () => {},
  };
}
