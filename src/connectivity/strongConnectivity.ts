import { assertFunction, assertInteger, assertOptions } from '../checks';
import { named } from '../errors';
import type { JointMatcher, Matcher } from '../matching';
import { assertResolution } from '../metrics/internal';
import type { NetworkSource } from '../params';
import { createDeviceYieldPoint, longWork } from '../runtime';
import {
  assertMatcher,
  assertSettings,
  CONNECTIVITY_OPTIONS,
  type ConnectivityOptions,
} from './connectivityOptions';
import { createCells } from './createCells';
import { namedNetworks } from './namedNetworks';
import type { StrongConnectivityReport, StrongPair } from './reports';
import { plannedPairs, strongPlan } from './strongPlan';
import { JOINT, MATCHED, measureAligned, measureAsTheyAre } from './strongStudy';
import { verdictOf } from './verdictOf';
import { assertNetworkSources, withNetworkSources } from './withNetworkSources';

/** Options of {@link strongConnectivity}. */
export interface StrongConnectivityOptions<Metric extends string = string>
  extends ConnectivityOptions<Metric> {
  /** Matches each network to the reference, and the pairs of `own`. Required without `matchAll`. */
  match?: Matcher;
  /**
   * Finds the permutations of all networks at once, such as `manyMatcher(spec)`: instead of `match`, or beside it
   * for a report on both.
   */
  matchAll?: JointMatcher;
  /** The index of the network that keeps its order. Default 0. */
  reference?: number;
  /** True to also match the two networks of each pair without the reference to each other. Default false. */
  own?: boolean;
  /** The number of steps along each edge of the simplex; ≥ 1. The grid has at most 100000 points. Default 4. */
  resolution?: number;
}

/**
 * Tests strong linear connectivity modulo permutation. A set of networks has it if each network has one
 * permutation Pᵢ, the identity for the reference, such that
 *
 *     barrier(Pᵢ[θᵢ], Pⱼ[θⱼ]) ≤ ε   for every pair.
 *
 * A stronger form requires this of the whole simplex. Each network is matched to the reference only, so pairs
 * without the reference are *indirect*. With `matchAll` alone, all permutations come from one joint match. They are
 * then composed so that the reference keeps its order, which changes no barrier. With `match` and `matchAll`, the
 * report has the networks matched to the reference, and in `joint` the same networks matched jointly.
 *
 * The simplex needs all networks at once: they are opened together without permutations, then permuted one by
 * one. At most n networks and a copy of one are in memory.
 *
 * The report is made of cells: the permutations of each network, every barrier, and the two simplices. Pass the
 * cells that `onCell` received as `finished` to resume. A resumed report equals an uninterrupted one, and loads
 * networks only for the missing cells. Resume with the same networks, matcher and `evaluate`: this is not
 * checked.
 *
 * @param networks - Three or more, by name or in an array: params, or functions that load them.
 * @param options - `spec`, `match` or `matchAll`, `evaluate` and `tolerance` are required; all others have
 * defaults.
 * @returns Plain data: every barrier, the permutations, both simplices, and the verdicts.
 * @throws InvalidInputError if there are fewer than three networks, they differ (the error names them), options
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
 * report.pairs[2].kind; // 'indirect': b and c were each matched to a only
 * report.pairs[1].matched.loss.max; // 0: c is a in another order
 * report.simplex.loss.barycentre; // the gap of the mean network
 * ```
 */
export async function strongConnectivity<Metric extends string>(
  networks: Readonly<Record<string, NetworkSource>> | readonly NetworkSource[],
  options: StrongConnectivityOptions<Metric>,
): Promise<StrongConnectivityReport<Metric>> {
  return named('strongConnectivity', async () => {
    assertOptions(options as StrongConnectivityOptions<string>, {
      ...CONNECTIVITY_OPTIONS,
      ...{ match: true, matchAll: true, reference: true, own: 'boolean', resolution: true },
    });
    const {
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
    } = options;
    const { signal, onProgress } = longWork(options);
    const named = namedNetworks(networks, 3);
    assertReference(reference, named.length);
    assertMatchers(match, matchAll, own);
    assertSettings({ evaluate, tolerance, metric, points, baseline });
    assertResolution(resolution, named.length);
    const resolved = assertNetworkSources(spec, named);
    const settings = {
      points,
      baseline,
      resolution,
      reference,
      own,
      ...{ match: match !== undefined, matchAll: matchAll !== undefined },
    };
    const pairs = plannedPairs(named, settings);
    const plan = strongPlan(named, pairs, settings);
    const yieldPoint = createDeviceYieldPoint(signal);
    const known = { spec, resolved, count: named.length };
    const keeping = { metric, known, finished, onCell, signal, onProgress, yieldPoint };
    const cell = createCells(plan, keeping);
    const comparison = { spec, evaluate, metric, points, baseline, signal, yieldPoint };
    const study = { comparison, cell, named, pairs, reference, resolution, match, matchAll };

    await yieldPoint();
    const asTheyAre = await withNetworkSources(spec, comparison, (open) =>
      measureAsTheyAre(study, open),
    );
    const { permutations, joint: jointly, unmatched, own: owns } = asTheyAre;
    const aligned = await measureAligned(study, MATCHED, permutations);
    const joint = jointly && (await measureAligned(study, JOINT, jointly));
    const measured = pairs.map(({ a, b, kind }, at): StrongPair => {
      const [barrier, ownPermutations] = owns[at] ?? [null, null];
      const matched = aligned.barriers[at];
      return {
        ...{ a: a.name, b: b.name, kind },
        ...{ unmatched: unmatched[at], matched, own: barrier, ownPermutations },
      };
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
      joint: joint && {
        ...{ permutations: jointly, ...joint },
        ...{ verdict: verdict(joint.barriers), simplexVerdict: verdict([joint.simplex]) },
      },
      unmatchedSimplex: asTheyAre.simplex,
      verdict: verdict(aligned.barriers),
      simplexVerdict: verdict([aligned.simplex]),
      unmatchedVerdict: verdict(unmatched),
      unmatchedSimplexVerdict: verdict([asTheyAre.simplex]),
    } as unknown as StrongConnectivityReport<Metric>;
  });
}

function assertReference(reference: number, count: number): void {
  const remedy = 'Pass an index of the networks, or leave it out for the first';
  assertInteger('reference', reference, 0, remedy, count - 1);
}

function assertMatchers(
  match: Matcher | undefined,
  matchAll: JointMatcher | undefined,
  own: boolean,
): void {
  const remedy = 'Leave it out to match each network to the reference with match';
  if (matchAll !== undefined) assertFunction('matchAll', matchAll, remedy);
  if (matchAll === undefined || match !== undefined || own) assertMatcher(match);
}
