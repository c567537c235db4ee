import { assertChoice, assertInteger } from '../../checks';
import type { ParameterFilter } from '../../params';
import type { Permutations } from '../../permutation';
import { assertSeed } from '../../runtime';
import {
  assertPermutations,
  identityOf,
  type ResolvedSpec,
  randomOf,
} from '../../symmetry/internal';
import { assertOrder, type GroupOrder } from './groupOrder';
import { type Dtypes, votingParameters } from './includedParameters';
import { assertThreads, type MatchThreads } from './matchThreads';
import { type MatchRun, runRandom } from './runMatch';
import type { SimilarityKernel } from './similarityKernel';

/** What the caller of a weight match decides, every default filled in. */
export interface MatchSettings {
  readonly order: GroupOrder;
  readonly seed: number;
  readonly restarts: number;
  readonly initial: Permutations | undefined;
  readonly maxSweeps: number;
  readonly kernel: SimilarityKernel;
  readonly include: ParameterFilter;
  readonly threads: MatchThreads | undefined;
}

/** A weight match before any value has been read. */
export interface MatchPlan {
  readonly resolved: ResolvedSpec;
  readonly kernel: SimilarityKernel;
  /** The parameters that vote. */
  readonly names: readonly string[];
  /** Every parameter of floats, voting or not. */
  readonly floats: readonly string[];
  readonly start: Permutations;
  readonly runs: readonly MatchRun[];
}

/** Throws unless the settings are in range, before anything else is looked at. */
export function assertSettings({ restarts, maxSweeps, kernel, threads }: MatchSettings): void {
  assertInteger('restarts', restarts, 1);
  assertInteger('maxSweeps', maxSweeps, 1);
  assertChoice('kernel', kernel, ['linear', 'cosine']);
  assertThreads(threads);
}

/** Plans the runs of a match. */
export function planMatch(
  resolved: ResolvedSpec,
  dtypes: Dtypes,
  { order, seed, restarts, initial, maxSweeps, kernel, include }: MatchSettings,
): MatchPlan {
  if (initial) assertPermutations(resolved, initial);
  const names = votingParameters(resolved, dtypes, include);
  assertOrder(
    order,
    resolved.groups.map(({ name }) => name),
  );
  assertSeed(seed);
  const start = { ...identityOf(resolved), ...structuredClone(initial) }; // In the order of the spec.
  const runs = Array.from({ length: restarts }, (_, restart) => ({
    restart,
    seed,
    order,
    maxSweeps,
    groups: resolved.groups,
    initial: restart === 0 ? start : randomOf(resolved, runRandom(seed, restart, 'start')),
  }));
  const floats = Object.keys(dtypes).filter((name) => dtypes[name] === 'float32');
  return { resolved, kernel, names, floats, start, runs };
}
