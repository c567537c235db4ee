import { assertChoice, assertInteger } from '../../checks';
import { invalid } from '../../errors';
import type { Permutations } from '../../permutation';
import { assertSeed } from '../../runtime';
import {
  assertPermutations,
  identityOf,
  type ResolvedGroup,
  type ResolvedSpec,
  randomOf,
} from '../../symmetry/internal';
import { LEAST_ROOM } from '../products/weights';
import { assertObjectives, objectivesIn } from './assertObjectives';
import { finiteNetworks } from './finiteNetworks';
import { type FirstStart, firstStart, type MatchStart, type StartSettings } from './firstStart';
import { gramWork } from './gramWork';
import { assertOrder, type GroupOrder } from './groupOrder';
import type { MatchedNetworks } from './matchedNetworks';
import type { MatchJournal } from './matchJournal';
import type { MatchMethod } from './matchMethod';
import { assertThreads, type MatchThreads } from './matchThreads';
import { objectiveTerms } from './objectiveTerms';
import { passWork } from './passWork';
import { type MatchRun, runRandom } from './runMatch';
import { assertSearch, type SearchOptions } from './search/searchOptions';
import { normBound } from './signatures/normBound';
import { signatureBound } from './signatures/signatureBound';
import { signatureWork } from './signatures/signatureWork';
import { linearTerms, type SimilarityKernel } from './similarityKernel';
import type { Term } from './term';
import { threadedNetworks } from './threadedNetworks';

/** The settings of a match, with every default filled in. */
export interface MatchSettings {
  readonly order: GroupOrder;
  readonly seed: number;
  readonly restarts: number;
  readonly start: MatchStart | undefined;
  readonly initial: Permutations | undefined;
  readonly method: MatchMethod;
  readonly maxSweeps: number;
  readonly kernel: SimilarityKernel;
  readonly bound: MatchBound;
}

/**
 * An upper bound on S.
 *
 * - `'norm'`: Σ_w |A_w||B_w|.
 * - `'signature'`: that of Gilmore and Lawler, which is closer and takes about as long as a match.
 */
export type MatchBound = 'norm' | 'signature';

/** Two networks and the runs of their match. */
export interface PlannedMatch {
  readonly networks: MatchedNetworks;
  /** The terms of the objective. */
  readonly terms: readonly Term[];
  readonly runs: readonly MatchRun[];
  /** The method that was asked for, or coordinate descent where Frank–Wolfe has no room. */
  readonly method: MatchMethod;
}

/** A match that is ready to run. */
export interface PreparedMatch extends PlannedMatch {
  /** The start of the first run. */
  readonly first: FirstStart;
  /** An upper bound on S. */
  readonly bound: number;
}

/** The most runs of a match: each adds a summary to the result. */
const MOST_RESTARTS = 100_000;

/** Throws unless the settings are in range; reads no network. */
export function assertSettings({
  restarts,
  start,
  initial,
  method,
  maxSweeps,
  kernel,
  bound,
  threads,
  searchOptions,
}: MatchSettings & {
  threads: MatchThreads | undefined;
  searchOptions: SearchOptions | undefined;
}): void {
  assertInteger('restarts', restarts, 1, 'Leave it out for one run', MOST_RESTARTS);
  assertInteger('maxSweeps', maxSweeps, 1);
  assertChoice('kernel', kernel, ['linear', 'cosine']);
  assertChoice('bound', bound, ['norm', 'signature']);
  assertChoice('method', method, ['frankWolfe', 'coordinateDescent']);
  if (start !== undefined) assertChoice('start', start, ['auto', 'signature', 'identity']);
  if (start !== undefined && initial !== undefined) {
    throw invalid('start and initial both say where the first run starts', 'Pass one of them', {
      param: 'start',
      received: start,
    });
  }
  if (searchOptions !== undefined) assertSearch(searchOptions);
  assertThreads(threads);
}

/** Checks that two networks can be matched, finds the start of the first run, and plans the runs. */
export async function prepareMatch(
  networks: MatchedNetworks,
  settings: MatchSettings & StartSettings & { readonly journal?: MatchJournal },
): Promise<PreparedMatch> {
  const { resolved } = networks;
  const given = givenStart(resolved, settings);
  settings.meter?.expect(expectedWork(networks, settings));
  const finite = await threadedNetworks(await finiteNetworks(networks, given), settings.threads);
  const terms = await objectiveTerms(finite, settings.kernel);
  const first: FirstStart =
    settings.journal?.before?.first ??
    (settings.initial
      ? { initial: given, from: 'initial', objective: null }
      : await firstStart(finite, terms, settings.start ?? 'auto', {
          ...settings,
          known: settings.journal?.before?.bySignature,
          onFamily: (bySignature) => settings.journal?.keep({ first: null, bySignature, runs: [] }),
        }));
  const method = hasRoomForFrankWolfe(resolved.groups, finite.weights.bytes)
    ? settings.method
    : 'coordinateDescent';
  const norms = await normBound(finite.weights, terms);
  const state = settings.journal?.before;
  if (state) {
    const known = objectivesIn(state);
    await assertObjectives(known, finite.productsOf(terms), norms, settings.yieldPoint);
  }
  // A constant may be larger than the rest by far, as a mask of −10⁹ is.
  const constant = await normBound(
    finite.weights,
    terms.filter(({ places }) => places.length === 0),
  );
  const isOptimal =
    first.objective !== null && first.objective - constant >= (norms - constant) * (1 - ROUNDING);
  const runs = plannedRuns(finite, first, isOptimal, { ...settings, method });
  const bound =
    settings.bound === 'norm'
      ? norms
      : await signatureBound(finite.weights, terms, resolved.groups, settings.yieldPoint);
  return { networks: finite, terms, first, runs, method, bound };
}

/** The work of a match, if the first sweep of each run moves no group. */
function expectedWork(
  { names, resolved: { places, groups }, weights }: MatchedNetworks,
  { restarts, start, initial, journal }: MatchSettings & { readonly journal?: MatchJournal },
): number {
  const terms = linearTerms(names, places);
  const starts = !initial && !journal?.before?.first && start !== 'identity';
  const known = journal?.before?.bySignature ?? {};
  const pass = passWork(weights, terms);
  return groups.reduce(
    (sum, { name }) =>
      sum +
      restarts * gramWork(weights, terms, name) +
      (starts && !Object.hasOwn(known, name) ? signatureWork(weights, terms, name) : 0),
    ((starts ? 5 : 3) + (journal?.before ? objectivesIn(journal.before).length : 0)) * pass,
  );
}

/** The option `initial` in the order of the spec, completed by the identity. */
function givenStart(resolved: ResolvedSpec, { order, seed, initial }: MatchSettings): Permutations {
  if (initial) assertPermutations(resolved, initial);
  assertOrder(
    order,
    resolved.groups.map(({ name }) => name),
  );
  assertSeed(seed);
  return { ...identityOf(resolved), ...structuredClone(initial) };
}

/** The share of the bound within which S reaches it: rounding of float32 products. */
const ROUNDING = 1e-5;

/**
 * The first run has the given start, the others start from random permutations.
 *
 * @param isOptimal - True if S of the given start reaches the bound Σ_w |A_w||B_w| on S.
 */
function plannedRuns(
  { resolved }: MatchedNetworks,
  { initial, from }: FirstStart,
  isOptimal: boolean,
  { order, seed, restarts, method, maxSweeps }: MatchSettings,
): MatchRun[] {
  const { groups } = resolved;
  const common = { seed, order, maxSweeps, groups };
  const others = Array.from(
    { length: isOptimal ? 0 : restarts - 1 },
    (_, i): MatchRun => ({
      ...common,
      restart: i + 1,
      // Drawn when the run begins: the starts of all runs would fill the memory.
      get initial() {
        return randomOf(resolved, runRandom(seed, i + 1, 'start'));
      },
      from: 'random',
      method,
    }),
  );
  // A start that reaches the bound needs no more than a sweep that confirms it.
  const first = isOptimal ? 'coordinateDescent' : method;
  return [{ ...common, restart: 0, initial, from, method: first }, ...others];
}

/** True if the two matrices that it needs for each group fit where the kept grams do. */
export function hasRoomForFrankWolfe(groups: readonly ResolvedGroup[], bytes: number): boolean {
  const needed = groups.reduce((sum, { size }) => sum + 8 * size ** 2, 0);
  return needed <= Math.max(bytes, LEAST_ROOM);
}
