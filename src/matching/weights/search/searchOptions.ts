import {
  assertFunction,
  assertInteger,
  assertOptions,
  type OptionTable,
  shown,
} from '../../../checks';
import { about, invalid } from '../../../errors';
import type { Params } from '../../../params';

/**
 * A search for a better optimum. It starts from the optimum of the runs and is given in rounds, which yields the same
 * result for the same seed, or in seconds.
 */
export interface SearchOptions {
  /** The number of rounds. Each shuffles a part of an optimum and descends again. */
  rounds?: number;
  /** The time after which the search ends. With `rounds` too, it ends with the first of both. */
  seconds?: number;
  /** A signal that ends the search early with its best result. Unlike `signal`, it is not an error. */
  stop?: AbortSignal;
  /**
   * Measures a network; smaller `loss` is better. With it, the search keeps the best of its different optima and
   * returns the one with the smallest loss between the networks: the greatest at ¼, ½ and ¾ of the way from A to the
   * permuted B. It must not dispose or change the params. On abort of the match it is not waited for, and the params are
   * disposed.
   */
  evaluate?: (params: Params) => Promise<MeasuredLoss>;
  /** The most optima that `evaluate` measures. Default 6. */
  keep?: number;
}

/** The result of {@link SearchOptions.evaluate}. Other fields are ignored. */
export interface MeasuredLoss {
  /** The loss of a network; smaller is better. */
  readonly loss: number;
}

/** An optimum that a search has kept. */
export interface KeptOptimum {
  /** S. */
  readonly objective: number;
  /** The greatest loss between the networks at ¼, ½ and ¾ of the way; null without `evaluate`. */
  readonly loss: number | null;
}

/** The course of a search. */
export interface SearchReport {
  /** The number of rounds made. */
  readonly rounds: number;
  /** S of the optimum before the search. */
  readonly before: number;
  /** The optima that were kept, the greatest S first: one without `evaluate`. */
  readonly optima: readonly KeptOptimum[];
  /** The index in `optima` of the one that was returned. */
  readonly chosen: number;
}

/** The names of the options of a search. */
const SEARCH_OPTIONS = {
  rounds: true,
  seconds: true,
  stop: true,
  evaluate: true,
  keep: true,
} as const satisfies OptionTable<SearchOptions>;

/** Throws unless the options of a search are in range. */
export function assertSearch(search: SearchOptions): void {
  about('search', () => assertOptions(search, SEARCH_OPTIONS));
  const { rounds, seconds, stop, evaluate, keep } = search;
  if (rounds === undefined && seconds === undefined && stop === undefined) {
    throw invalid(
      'search has no end',
      'Pass search: { rounds: 200 }, search: { seconds: 10 } or a signal as search.stop',
      { param: 'search', received: search },
    );
  }
  if (rounds !== undefined) assertInteger('search.rounds', rounds, 1);
  if (seconds !== undefined && !(Number.isFinite(seconds) && seconds > 0)) {
    throw invalid(
      `search.seconds must be a number > 0, received ${shown(seconds)}`,
      'Pass a number of seconds',
      {
        param: 'search.seconds',
        received: seconds,
      },
    );
  }
  if (stop !== undefined && !(stop instanceof AbortSignal)) {
    throw invalid('search.stop must be an AbortSignal', 'Pass the signal of an AbortController', {
      param: 'search.stop',
      received: stop,
    });
  }
  if (evaluate !== undefined) {
    assertFunction('search.evaluate', evaluate, 'Pass a function of params, or leave it out');
  }
  if (keep !== undefined) assertInteger('search.keep', keep, 1);
}

/** Throws if a search has `evaluate`, where there are no two networks in tensors to measure. */
export function assertNoEvaluate(search: SearchOptions | undefined, what: string): void {
  if (search?.evaluate === undefined) return;
  throw invalid(
    `search.evaluate cannot measure ${what}`,
    'Leave it out: the optimum with the greatest S is returned',
    { param: 'search.evaluate' },
  );
}
