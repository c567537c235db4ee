import type { SearchOptions } from './searchOptions';

/** The extent of a search. */
export interface SearchExtent {
  readonly seed: number;
  /** Infinite if only the time is limited. */
  readonly rounds: number;
  readonly seconds: number | null;
  readonly stop: AbortSignal | null;
  /** The most optima to return. */
  readonly keep: number;
}

/** The extent of a search with all defaults; null for none. */
export function searchExtent(search: SearchOptions | undefined, seed: number): SearchExtent | null {
  if (!search) return null;
  const {
    rounds = Number.POSITIVE_INFINITY,
    seconds = null,
    stop = null,
    evaluate,
    keep = 6,
  } = search;
  return { seed, rounds, seconds, stop, keep: evaluate ? keep : 1 };
}
