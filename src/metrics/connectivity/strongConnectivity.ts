import { dispose } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { Matcher } from '../../matching/matcher';
import { assertComparable } from '../../params/check';
import type { Params } from '../../params/params';
import { createCheckpoint } from '../../progress';
import type { BarrierReport } from '../barrier';
import { assertResolution, measureSimplex, type SimplexReport } from '../simplexBarrier';
import { type CellOf, cellKey, createCells } from './cells';
import {
  assertCheckpoints,
  type Checkpoint,
  type OpenCheckpoint,
  withCheckpoints,
} from './checkpoints';
import {
  barrierBetween,
  type Comparison,
  foundPermutations,
  matchedBarrier,
  permuted,
  unmatchedBarrier,
} from './comparison';
import { assertMatcher, assertSettings, type ConnectivityOptions } from './connectivityOptions';
import { type JointMatcher, jointPermutations } from './jointMatcher';
import { type NamedNetwork, namedNetworks } from './namedNetworks';
import type { PlainPermutations, StrongConnectivityReport, StrongPair } from './reports';
import { type PlannedPair, plannedPairs, strongPlan } from './strongPlan';
import { verdictOf } from './verdict';

/** Options of {@link strongConnectivity}. */
export interface StrongConnectivityOptions<Metric extends string = string>
  extends ConnectivityOptions<Metric> {
  /** Matches each network to the reference, and pairs for `own`. Needed unless `matchAll` is there. */
  match?: Matcher;
  /** Finds the permutations of all networks at once, in place of `match`. */
  matchAll?: JointMatcher;
  /** The index of the network that keeps its order. Default 0. */
  reference?: number;
  /** Whether to match the two networks of each pair without the reference to each other, too. Default false. */
  own?: boolean;
  /** Into how many steps each edge of the simplex is cut; ≥ 1. Default 4. */
  resolution?: number;
}

/**
 * Strong linear connectivity modulo permutation: whether the networks of a set have one permutation Pᵢ each,
 * the identity for the reference, such that
 *
 *     barrier(Pᵢ[θᵢ], Pⱼ[θⱼ]) ≤ ε   for every pair;
 *
 * a stronger form asks it of the whole simplex. Each network is matched to the reference, so that pairs
 * without it are never matched to each other: they are *indirect*. With `matchAll` all permutations come
 * from one joint match; they are then composed so that the reference keeps its order, which changes no
 * barrier.
 *
 * The simplex needs all networks at once. So all are opened together, first as they are, then permuted one
 * by one: in memory are n networks and a copy of one.
 *
 * The report is made of cells, of which `onCell` is told and which `finished` gives back: the permutations
 * of each network, every barrier, and the two simplices. An interrupted report that is resumed with them
 * equals one that was not interrupted, and networks are loaded only for what is missing. That networks,
 * matcher and evaluate are the same is the caller's to see to.
 *
 * @param networks - Three or more, by name or in an array: params, or functions that load them.
 * @param options - `spec`, `match` or `matchAll`, `evaluate` and `tolerance`; all others have defaults.
 * @returns Plain data: every barrier, the permutations, both simplices, and the verdicts.
 * @throws InvalidInputError when there are fewer than three networks, they differ (by their names), options
 * are out of range, `finished` does not fit the report, a network cannot be loaded, the matcher fails or
 * returns permutations that do not fit, or `evaluate` fails or lacks the metric. AbortError on abort.
 * @see Sharma et al. 2024 (arXiv 2404.06498); Crisostomi et al. 2024 (arXiv 2405.17897) on joint matches.
 *
 * @example
 * ```ts given=networks
 * import { permute, randomPermutations, strongConnectivity, weightMatcher } from 'perm-lmc';
 *
 * const c = permute(spec, a, randomPermutations(spec, a, { seed: 1 }));
 * const report = await strongConnectivity(
 *   { a, b, c },
 *   { spec, match: weightMatcher(spec), evaluate, tolerance: 0.1, points: 5, resolution: 2 },
 * );
 * report.pairs[2].kind; // 'indirect': b and c meet only through a
 * report.pairs[1].matched.loss.max; // 0: c is a in another order
 * report.simplex.loss.barycentre; // the gap of the mean network
 * ```
 */
export async function strongConnectivity<Metric extends string>(
  networks: Readonly<Record<string, Checkpoint>> | readonly Checkpoint[],
  {
    spec,
    match,
    matchAll,
    evaluate,
    tolerance,
    metric = 'loss' as NoInfer<Metric>,
    points = 25,
    baseline = 'linear',
    reference = 0,
    own = false,
    resolution = 4,
    finished = {},
    onCell,
    signal,
    onProgress,
  }: StrongConnectivityOptions<Metric>,
): Promise<StrongConnectivityReport<Metric>> {
  const fn = 'strongConnectivity';
  const named = namedNetworks(fn, networks, 3);
  assertReference(fn, reference, named.length);
  assertMatchers(fn, match, matchAll, own);
  assertSettings(fn, { evaluate, tolerance, metric, points, baseline });
  assertResolution(fn, resolution);
  assertCheckpoints(fn, spec, named);
  const settings = { points, baseline, resolution, reference, own, joint: matchAll !== undefined };
  const pairs = plannedPairs(named, settings);
  const plan = strongPlan(named, pairs, settings);
  const pause = createCheckpoint(signal);
  const cell = createCells(fn, plan, { metric, finished, onCell, onProgress, pause });
  const comparison = { fn, spec, evaluate, metric, points, baseline, signal, pause };
  const study = { comparison, cell, named, pairs, reference, resolution, match, matchAll };

  await pause();
  const asTheyAre = await withCheckpoints(fn, spec, pause, (open) => measureAsTheyAre(study, open));
  const { permutations, unmatched, own: owns } = asTheyAre;
  const aligned = await measureAligned(study, permutations);
  const measured = pairs.map(({ i, j, kind }, at): StrongPair => {
    const [barrier, ownPermutations] = owns[at] ?? [null, null];
    const matched = aligned.matched[at];
    return { i, j, kind, unmatched: unmatched[at], matched, own: barrier, ownPermutations };
  });
  const verdict = (reports: Parameters<typeof verdictOf<string>>[1]) =>
    verdictOf<string>({ metric, tolerance }, reports);
  return {
    claim: 'strong',
    names: named.map(({ name }) => name),
    reference,
    permutations,
    pairs: measured,
    simplex: aligned.simplex,
    unmatchedSimplex: asTheyAre.simplex,
    verdict: verdict(aligned.matched),
    simplexVerdict: verdict([aligned.simplex]),
    unmatchedVerdict: verdict(unmatched),
    unmatchedSimplexVerdict: verdict([asTheyAre.simplex]),
  } as unknown as StrongConnectivityReport<Metric>;
}

/** All that a report on strong connectivity is measured with. */
interface Study {
  readonly comparison: Comparison;
  readonly cell: CellOf;
  readonly named: readonly NamedNetwork[];
  readonly pairs: readonly PlannedPair[];
  readonly reference: number;
  readonly resolution: number;
  readonly match: Matcher | undefined;
  readonly matchAll: JointMatcher | undefined;
}

/** What takes the networks in their own order: barriers, matches, and the simplex. */
async function measureAsTheyAre(study: Study, open: OpenCheckpoint) {
  const { comparison, cell, named, pairs, match } = study;
  const unmatched: BarrierReport[] = [];
  for (const { a, b } of pairs) {
    const key = cellKey('unmatched', a.name, b.name);
    unmatched.push(
      await cell('barrier', key, (onPoint) =>
        unmatchedBarrier(comparison, { a, b, open }, onPoint),
      ),
    );
  }
  const permutations = await permutationsOf(study, open);
  const own: ([BarrierReport, PlainPermutations] | null)[] = [];
  for (const pair of pairs) {
    own.push(pair.own ? await ownBarrier(study, match!, pair, open) : null);
  }
  const simplex = await simplexOf(study, 'unmatchedSimplex', () =>
    openAll(comparison, named, open),
  );
  return { unmatched, permutations, own, simplex };
}

/** What takes the networks with their permutations; each is made where it is needed first. */
async function measureAligned(study: Study, permutations: readonly PlainPermutations[]) {
  const { comparison, cell, named, pairs } = study;
  const { fn, spec, pause } = comparison;
  const aligned = new Map<NamedNetwork, Params>();
  const align: OpenCheckpoint = (network) =>
    withCheckpoints(fn, spec, pause, async (open) => {
      const at = named.indexOf(network as NamedNetwork);
      const known = aligned.get(named[at]);
      if (known) return known;
      const where = `${fn}, ${network.label}`;
      const made = permuted(where, spec, await open(network), permutations[at]);
      aligned.set(named[at], made);
      return made;
    });
  try {
    const matched: BarrierReport[] = [];
    for (const { a, b } of pairs) {
      matched.push(
        await cell('barrier', cellKey('matched', a.name, b.name), async (onPoint) => {
          const [first, second] = await openAll(comparison, [a, b], align);
          const where = `${fn}, ${a.label} and ${b.label}, matched`;
          return barrierBetween(comparison, where, [first, second], onPoint);
        }),
      );
    }
    const simplex = await simplexOf(study, 'matchedSimplex', () =>
      openAll(comparison, named, align),
    );
    return { matched, simplex };
  } finally {
    dispose([...aligned.values()]);
  }
}

/** The permutation of each network, that of the reference being the identity. */
async function permutationsOf(
  { comparison, cell, named, reference, match, matchAll }: Study,
  open: OpenCheckpoint,
): Promise<PlainPermutations[]> {
  let joint: Promise<PlainPermutations[]> | null = null;
  const jointly = async () => {
    const params = await openAll(comparison, named, open);
    return jointPermutations(comparison, matchAll!, named, params, reference);
  };
  const permutations: PlainPermutations[] = [];
  for (const [i, network] of named.entries()) {
    if (i === reference) continue;
    const pair = { a: named[reference], b: network, open };
    permutations[i] = await cell(
      'permutations',
      cellKey('permutations', network.name),
      async () => {
        if (!matchAll) return foundPermutations(comparison, match!, pair);
        joint ??= jointly();
        return (await joint)[i];
      },
    );
  }
  permutations[reference] = identityLike(permutations[reference === 0 ? 1 : 0]);
  return permutations;
}

/** The barrier of a pair whose networks are matched to each other, and the permutations found. */
async function ownBarrier(
  { comparison, cell }: Study,
  match: Matcher,
  { a, b }: PlannedPair,
  open: OpenCheckpoint,
): Promise<[BarrierReport, PlainPermutations]> {
  const pair = { a, b, open };
  const permutations = await cell('permutations', cellKey('ownPermutations', a.name, b.name), () =>
    foundPermutations(comparison, match, pair),
  );
  const barrier = await cell('barrier', cellKey('own', a.name, b.name), (onPoint) =>
    matchedBarrier(comparison, pair, permutations, onPoint),
  );
  return [barrier, permutations];
}

function simplexOf(
  { comparison: { fn, evaluate, metric, pause }, cell, resolution }: Study,
  key: 'unmatchedSimplex' | 'matchedSimplex',
  members: () => Promise<readonly Params[]>,
): Promise<SimplexReport> {
  return cell('simplex', key, async (onProgress) => {
    const measurement = { checkpoint: pause, onProgress, required: metric };
    return measureSimplex(`${fn}, ${key}`, await members(), evaluate, resolution, measurement);
  });
}

/** Networks that are opened one after another and known to be comparable. */
async function openAll(
  { fn }: Comparison,
  networks: readonly NamedNetwork[],
  open: OpenCheckpoint,
): Promise<Params[]> {
  const all: Params[] = [];
  for (const network of networks) {
    all.push(await open(network));
    assertComparable(fn, all[0], all.at(-1)!, [networks[0].label, network.label]);
  }
  return all;
}

/** The identity on the groups of these permutations. */
function identityLike(permutations: PlainPermutations): PlainPermutations {
  return Object.fromEntries(
    Object.entries(permutations).map(([group, units]) => [group, units.map((_, unit) => unit)]),
  );
}

function assertReference(fn: string, reference: number, count: number): void {
  if (Number.isInteger(reference) && reference >= 0 && reference < count) return;
  throw invalid(
    fn,
    `reference must be an index of the networks, 0 … ${count - 1}, received ${reference}`,
    'Leave it out for the first',
  );
}

function assertMatchers(
  fn: string,
  match: Matcher | undefined,
  matchAll: JointMatcher | undefined,
  own: boolean,
): void {
  if (matchAll !== undefined && typeof matchAll !== 'function') {
    throw invalid(
      fn,
      `matchAll must be a function, received ${typeof matchAll}`,
      'Leave it out to match each network to the reference by match',
    );
  }
  if (matchAll === undefined || own) assertMatcher(fn, match);
}
