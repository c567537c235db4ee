import { assertChoice, assertInteger, assertOptions, kindOf, type OptionTable } from '../../checks';
import { about, invalid, named } from '../../errors';
import type { Permutations } from '../../permutation';
import { assertSeed, createDeviceYieldPoint, type LongWorkOptions, longWork } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { assertPermutations, type ResolvedSpec } from '../../symmetry/internal';
import { chooseEngine } from '../products/chooseEngine';
import { assertOrder } from '../weights/groupOrder';
import { assertSettings } from '../weights/prepareMatch';
import type { SearchOptions } from '../weights/search/searchOptions';
import {
  completeOptions,
  WEIGHT_MATCH_OPTIONS,
  type WeightMatchOptions,
} from '../weights/weightMatchOptions';
import { backendMany } from './backendMany';
import { type ManyMethod, matchStored, type StoredSettings } from './matchStored';
import { matchTwo } from './matchTwo';
import { packedMany } from './packedMany';
import type { MatchedPair } from './pairAlignments';
import type { ManyStart } from './startPermutations';
import { type ManyNetwork, sourcesOf, tensorStore } from './tensorStore';
import type { MatchManyProgress } from './visit';

/** A search of {@link matchMany}. */
export interface JointSearch {
  /** The number of rounds for each network. */
  readonly rounds: number;
}

/** Options of {@link matchMany}. */
export interface MatchManyOptions
  extends Omit<WeightMatchOptions, 'initial' | 'onProgress' | 'start' | 'method' | 'search'>,
    LongWorkOptions<MatchManyProgress> {
  /** The method. Default `'ascent'`. */
  method?: ManyMethod;
  /** The index of the network that keeps its order. Default 0. */
  reference?: number;
  /** The start of the runs of `'ascent'`. Default `'chain'`, which is the fastest and ends highest as a rule. */
  start?: ManyStart;
  /** The permutations of each network from which the first run starts, [networks], instead of `start`. */
  initial?: readonly Permutations[];
  /**
   * A search after the ascent: each network in turn goes through this number of rounds of the search of `weightMatch`,
   * against the sum of the others, and the ascent goes on. Default: none.
   */
  search?: JointSearch;
  /** The number of passes over the networks after which a run ends even if it has not converged. Default 100. */
  maxPasses?: number;
  /**
   * False to leave `pairs` empty. Loaded networks are otherwise loaded again for them, n(n + 1)/2 − 1 loads.
   * Default true.
   */
  pairs?: boolean;
}

/** The names of the options of {@link matchMany}. */
export const MATCH_MANY_OPTIONS = {
  ...WEIGHT_MATCH_OPTIONS,
  ...{ method: true, reference: true, start: true, maxPasses: true },
  pairs: 'boolean',
} as const satisfies OptionTable<MatchManyOptions>;

/** The result of {@link matchMany}. */
export interface MatchManyResult {
  /** The permutations of each network, [networks]; the identity for the reference. */
  readonly permutations: readonly Permutations[];
  /** S = Σ_{i<j} ⟨Xᵢ, Xⱼ⟩, the objective reached. */
  readonly objective: number;
  /** All pairs of networks a < b, in order. */
  readonly pairs: readonly MatchedPair[];
  /** S at the start and after each visit of a network. It never falls. */
  readonly history: readonly number[];
  /** The number of passes over the networks. */
  readonly passes: number;
  /** True if no group of any network can raise the objective with all others held. */
  readonly converged: boolean;
}

/**
 * Finds one permutation for each of several networks such that all are close to each other: joint weight matching.
 * With Xᵢ = Pᵢθᵢ it maximises
 *
 *     S(P) = Σ_{i<j} ⟨Xᵢ, Xⱼ⟩
 *
 * over the included parameters, and so minimises Σ_{i<j} ‖Xᵢ − Xⱼ‖². The permutations are consistent: those that
 * move j onto i, `composePermutations(pⱼ, invertPermutations(pᵢ))`, compose to the identity around every cycle.
 *
 * Block-coordinate ascent: each network k is matched in turn, as {@link weightMatch} does, to the sum of the others,
 * R = Σ_{i≠k} Xᵢ, from its present permutations. S never falls. It ends after a pass in which no network moved.
 * Networks that were each matched to one reference are close to it, but less close to each other.
 *
 * Under the kernel `'cosine'` the units of each network are normalised before they are added up. Two networks
 * are matched as by `weightMatch`, with the reference as A.
 *
 * Memory: networks given as functions are loaded for a visit and disposed after it. With N the bytes of the
 * included parameters of one network, the sum takes 2N (N on tfjs backends other than cpu and wasm), and a visit the
 * network itself, what it keeps of both sides (at most N/2 or 64 MB, whichever is more), and grams of at most 2N.
 * Two networks are in memory at once during the starts `'star'` and `'bestReference'` and for `pairs`; during these
 * starts with `threads`, one more than there are threads. Each network is loaded at most once to check it, once for
 * the start (as often as there are networks for `'bestReference'`), once for the first sum, once in every pass, and
 * once whenever a pass has moved no network, to add the sum up anew. If all are functions, the first is loaded once
 * more.
 *
 * @param spec - The axes that share each group.
 * @param networks - Two or more, [networks]: params, functions that load them, or arrays of either, the steps of
 * sequences as {@link matchSequence} takes them. All have the same names, shapes and dtypes, and are left as they
 * are.
 * @param options - All have defaults.
 * @returns The permutations of each network, for `permute(spec, networks[i], permutations[i])`, with the course and
 * the quality of the match.
 * @throws InvalidInputError before any step, when there are fewer than two networks, they do not fit the spec or
 * each other, cannot be loaded, hold values that are not finite where a group moves them (the message names the
 * network), or an option is out of range. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin, appendix A.10, MergeMany (arXiv 2209.04836); Crisostomi
 * et al. 2024, C²M³ (arXiv 2405.17897).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { average, matchMany, permutationSpec, permute } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const networks = [1, 2, 3].map(() => ({
 *   in: tf.randomNormal([8, 16]),
 *   out: tf.randomNormal([16, 4]),
 * }));
 * const { permutations } = await matchMany(spec, networks);
 * const merged = average(networks.map((params, i) => permute(spec, params, permutations[i])));
 * ```
 */
export async function matchMany(
  spec: PermutationSpec,
  networks: readonly ManyNetwork[],
  options: MatchManyOptions = {},
): Promise<MatchManyResult> {
  return named('matchMany', () => jointMatch(spec, networks, options));
}

/** A joint match of networks in tensors, for the public functions that make one. */
export async function jointMatch(
  spec: PermutationSpec,
  networks: readonly ManyNetwork[],
  options: MatchManyOptions,
): Promise<MatchManyResult> {
  assertOptions(options, MATCH_MANY_OPTIONS);
  const { include, engine, kernel, ...joint } = completeJointOptions(options);
  const sources = sourcesOf(networks);
  assertJointSettings({ ...joint, kernel }, networks.length);
  const chosen = chooseEngine(engine, joint.threads !== undefined);
  const yieldPoint = createDeviceYieldPoint(joint.signal);
  await yieldPoint();
  const store = await tensorStore(spec, sources, include, { signal: joint.signal, yieldPoint });
  assertOnGroups(store.resolved, joint);
  const settings = { ...joint, yieldPoint };
  if (networks.length === 2) return matchTwo(store, { ...settings, engine, kernel });
  return matchStored(
    chosen === 'packed' ? packedMany(store, kernel) : backendMany(store, kernel),
    settings,
  );
}

/** The options of a joint match, with every default filled in. */
export function completeJointOptions(options: MatchManyOptions) {
  const {
    method = 'ascent',
    reference = 0,
    start = method === 'mergeMany' ? 'identity' : 'chain',
    initial,
    maxPasses = 100,
    pairs = true,
    onProgress: given,
    ...others
  } = options;
  const { signal, onProgress } = longWork({ signal: others.signal, onProgress: given });
  const match = completeOptions({ ...others, signal });
  return { ...match, method, reference, start, initial, maxPasses, pairs, onProgress };
}

/** Throws unless a search is given by its rounds alone. */
function assertRounds(search: Pick<SearchOptions, 'rounds'>): void {
  about('search', () => assertOptions(search, { rounds: true }));
  assertInteger('search.rounds', search.rounds, 1, 'Pass the rounds for each network');
}

/** Throws unless the settings are in range; reads no network. */
export function assertJointSettings(
  {
    method,
    start,
    reference,
    initial,
    maxPasses,
    ...match
  }: Omit<ReturnType<typeof completeJointOptions>, 'include' | 'engine'>,
  count: number,
): void {
  assertSettings({ ...match, start: undefined, initial: undefined, method: 'frankWolfe' });
  if (match.searchOptions) assertRounds(match.searchOptions);
  assertChoice('method', method, ['ascent', 'mergeMany', 'frankWolfe']);
  assertChoice('start', start, ['chain', 'star', 'bestReference', 'identity']);
  if (method === 'mergeMany' && start !== 'identity') {
    throw invalid(
      `start is '${start}', but the method 'mergeMany' starts at the identity`,
      "Leave out start, or use the method 'ascent'",
      { param: 'start', received: start },
    );
  }
  const remedy = 'Pass an index of the networks, or leave it out for the first';
  assertInteger('reference', reference, 0, remedy, count - 1);
  assertInteger('maxPasses', maxPasses, 1);
  assertSeed(match.seed);
  if (initial === undefined || (Array.isArray(initial) && initial.length === count)) return;
  const received = Array.isArray(initial) ? `${initial.length} records` : kindOf(initial);
  throw invalid(
    `initial must be ${count} records of permutations in an array, received ${received}`,
    'Pass one record of permutations for each network, in their order',
    { param: 'initial', received },
  );
}

/** Throws unless the settings fit the groups. */
export function assertOnGroups(
  resolved: ResolvedSpec,
  { order, initial }: Pick<StoredSettings, 'order' | 'initial'>,
): void {
  assertOrder(
    order,
    resolved.groups.map(({ name }) => name),
  );
  for (const [k, own] of (initial ?? []).entries()) {
    about(`initial[${k}]`, () => assertPermutations(resolved, own));
  }
}
