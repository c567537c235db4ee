import type { Permutations } from '../../permutation';
import type { Products } from '../products/products';
import { type PlaceSet, placeSets } from './placeSets';

/** The places of a group that a gram is summed over: all, those that are coupled to no other, or those alone on a term. */
export type GramOf = 'all' | 'uncoupled' | 'alone';

/** True if a gram is summed over these places. */
export function isSummed({ places, others }: PlaceSet, of: GramOf): boolean {
  if (of === 'alone') return others.length === 0;
  return of === 'all' || places.every(({ place }) => place.coupling === null);
}

/** The groups whose grams were last returned for present permutations, and those whose grams had been corrected. */
interface ResumedGrams {
  readonly settled: readonly string[];
  readonly corrected: readonly string[];
}

/** The source of grams for a coordinate descent. */
export interface Grams {
  /**
   * The gram of a group, `[n × n]`, row-major (see {@link Products}), over all or some of its places. It is valid
   * until the next call.
   */
  gram(group: string, permutations: Permutations, of?: GramOf): Promise<Float32Array>;
  /** True if the gram is certain to equal the one that was last returned. */
  unchanged(group: string, permutations: Permutations): boolean;
  /** Discards grams that may have gathered rounding, and returns their groups. These count as changed. */
  refresh(): string[];
  /** The groups whose grams have been corrected, so that {@link Grams.refresh} will return them. */
  corrected(): string[];
  /**
   * Takes grams as last returned, or as corrected, for these permutations, though they are not kept: a descent goes on
   * from a point.
   */
  resume(point: ResumedGrams, permutations: Permutations): void;
  /** Discards all that depends on permutations, so that a run does not depend on the runs before it. */
  restart(): void;
  /** Begins a trial: what is kept now can be brought back by {@link Grams.rollback}. */
  mark(): void;
  /** Ends a trial and brings back what was kept when it began. */
  rollback(): void;
  /** Ends a trial and keeps what it has computed. */
  commit(): void;
  /** Disposes all kept matrices. */
  dispose(): void;
}

/** Grams that are computed from the parameters at every call: the oracle of all others. */
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
    corrected: () => [],
    resume: () => {},
    restart: () => {},
    mark: () => {},
    rollback: () => {},
    commit: () => {},
    dispose: () => products.release(),
  };
}
