import { assertChoice, assertInteger } from '../../checks';
import type { Permutations } from '../../permutation';
import { assertSeed } from '../../runtime';
import {
  assertPermutations,
  identityOf,
  type ResolvedSpec,
  randomOf,
} from '../../symmetry/internal';
import { finiteNetworks } from './finiteNetworks';
import { assertOrder, type GroupOrder } from './groupOrder';
import type { MatchedNetworks } from './matchedNetworks';
import { assertThreads, type MatchThreads } from './matchThreads';
import { type MatchRun, runRandom } from './runMatch';
import { cosineTerms, linearTerms, type SimilarityKernel } from './similarityKernel';
import type { Term } from './term';

/** The settings of a match, with every default filled in. */
export interface MatchSettings {
  readonly order: GroupOrder;
  readonly seed: number;
  readonly restarts: number;
  readonly initial: Permutations | undefined;
  readonly maxSweeps: number;
  readonly kernel: SimilarityKernel;
}

/** A match that is ready to run. */
export interface PreparedMatch {
  readonly networks: MatchedNetworks;
  /** The terms of the objective. */
  readonly terms: readonly Term[];
  readonly runs: readonly MatchRun[];
}

/** Throws unless the settings are in range; reads no network. */
export function assertSettings({
  restarts,
  maxSweeps,
  kernel,
  threads,
}: MatchSettings & { threads: MatchThreads | undefined }): void {
  assertInteger('restarts', restarts, 1);
  assertInteger('maxSweeps', maxSweeps, 1);
  assertChoice('kernel', kernel, ['linear', 'cosine']);
  assertThreads(threads);
}

/** Checks that two networks can be matched, and plans the runs. */
export async function prepareMatch(
  networks: MatchedNetworks,
  settings: MatchSettings,
): Promise<PreparedMatch> {
  const { names, resolved } = networks;
  const runs = plannedRuns(resolved, settings);
  const finite = await finiteNetworks(networks, runs[0].initial);
  const terms =
    settings.kernel === 'linear'
      ? linearTerms(names, resolved.places)
      : await cosineTerms(names, resolved.places, finite.squaredNorms);
  return { networks: finite, terms, runs };
}

/** The first run starts from `initial`, the others from random permutations. */
function plannedRuns(
  resolved: ResolvedSpec,
  { order, seed, restarts, initial, maxSweeps }: MatchSettings,
): MatchRun[] {
  const { groups } = resolved;
  if (initial) assertPermutations(resolved, initial);
  assertOrder(
    order,
    groups.map(({ name }) => name),
  );
  assertSeed(seed);
  const start = { ...identityOf(resolved), ...structuredClone(initial) }; // In the order of the spec.
  return Array.from({ length: restarts }, (_, restart) => ({
    restart,
    seed,
    order,
    maxSweeps,
    groups,
    initial: restart === 0 ? start : randomOf(resolved, runRandom(seed, restart, 'start')),
  }));
}
