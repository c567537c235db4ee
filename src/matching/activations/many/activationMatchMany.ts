import { assertInteger, assertOptions, kindOf, type OptionTable } from '../../../checks';
import { invalid, named } from '../../../errors';
import type { Params } from '../../../params';
import { assertComparable } from '../../../params/internal';
import type { Permutations } from '../../../permutation';
import { assertSeed, createDeviceYieldPoint, randomSource } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { type ResolvedGroup, resolveSpec } from '../../../symmetry/internal';
import { alignmentOf, type MatchAlignment } from '../../alignmentOf';
import { membersOf } from '../../weights/family';
import {
  type AssignedGroups,
  centredGroupSums,
  objectiveOf,
  pairedSimilarities,
} from '../assignGroups';
import { assignNetworks } from '../assignNetworks';
import {
  ACTIVATION_MATCH_OPTIONS,
  type ActivationMatchOptions,
  completeActivationOptions,
} from '../completeActivationOptions';
import { networkPairs } from '../moments';
import { assignJointly, inFrameOf, type JointAssignment } from './assignJointly';

/** Options of {@link activationMatchMany}: those of `activationMatch`, and those of the joint match. */
export type ActivationMatchManyOptions = ActivationMatchOptions & JointActivationOptions;

/** Options of the joint match of activations. */
export interface JointActivationOptions {
  /** The index of the network that keeps its order. Default 0. */
  reference?: number;
  /**
   * The number of runs for each group, of which the best is kept. They start from the stars of the networks, the
   * best star first, then from random orders. They need no further pass over the data. Default 1.
   */
  restarts?: number;
  /** The seed of the random orders; the same seed gives the same result. Default 0. */
  seed?: number;
  /** The number of passes over the networks after which a run ends even if it has not converged. Default 100. */
  maxPasses?: number;
}

/** The names of the options of {@link activationMatchMany}. */
export const ACTIVATION_MATCH_MANY_OPTIONS = {
  ...ACTIVATION_MATCH_OPTIONS,
  ...{ reference: true, restarts: true, seed: true, maxPasses: true },
} as const satisfies OptionTable<ActivationMatchManyOptions>;

/** The result of {@link activationMatchMany}. */
export interface ActivationMatchManyResult {
  /** The permutations of each network, [networks]; the identity for the reference. */
  readonly permutations: readonly Permutations[];
  /** S, the objective reached. */
  readonly objective: number;
  /**
   * An upper bound of S, the sum of the bounds of all pairs. A group that waits is bounded with the others as they
   * are.
   */
  readonly bound: number;
  /** All pairs of networks a < b, in order. */
  readonly pairs: readonly ActivationPair[];
  /**
   * S with the networks as given, then after the start of each group and after each move of a network. A group
   * that waits is included from its pass on; apart from that, it never falls.
   */
  readonly history: readonly number[];
  /** The number of passes over the networks, for the group that needed most. */
  readonly passes: number;
  /** True if no group of any network can raise the objective with all others held. */
  readonly converged: boolean;
  /** For each group, [units]: the similarity of unit i of each two aligned networks, summed over all pairs. */
  readonly similarity: Readonly<Record<string, Float64Array>>;
}

/** Two networks of a joint match of activations. */
export interface ActivationPair {
  /** The index of the first network. */
  readonly a: number;
  /** The index of the second network, greater than `a`. */
  readonly b: number;
  /** The part of S of this pair. */
  readonly objective: number;
  /** The most that the pair can reach, with its two networks matched by themselves. */
  readonly bound: number;
  /** The correlation of the activations of the pair, with the networks as given and aligned. */
  readonly alignment: MatchAlignment;
}

/**
 * Finds the permutations of several networks that bring their activations closest to each other on data, all
 * pairs at once. With x_i,g[u] the activations of unit u of group g in network i, over all samples, it maximises
 *
 *     S = Σ_{i < j} Σ_g Σ_u ⟨x_i,g[p_i,g[u]], x_j,g[p_j,g[u]]⟩
 *
 * under the kernels of {@link activationMatch}. Networks that are each matched to one reference are aligned to
 * each other only by way of it; here every pair counts. The permutations are consistent: moving network i onto j
 * and then onto k is moving it onto k.
 *
 * Activations of a pair are compared once, as by `activationMatch`: the similarities of its units do not depend on
 * the order of any network. The rest is done on these matrices. First every pair is matched by itself, which gives
 * for each network a *star*, in which all others are matched to it, and an upper bound of S. From the star of
 * greatest S, networks are then moved one at a time, each to the best order for all others as they are, until none
 * moves. S never falls, and each group is treated by itself, with the groups inside its units. If the order as
 * given has a greater S than all stars, it is the start. For three networks or more the problem is NP-hard: the
 * result is a local optimum, and `restarts` tries others. For two it is the result of `activationMatch`.
 *
 * A group whose samples other groups move waits for these groups, and is compared in another pass over the data,
 * with each network's own permutations.
 *
 * Memory: 4·n(n − 1)·Σ_g n_g² bytes for n networks and groups of n_g units, which is one float64 matrix for each
 * pair and group (and for each tensor, under `capture: 'all'`), whatever the number of batches; and the
 * activations that are compared, of all networks on one batch. A smaller `batchSize` lowers only the latter.
 * Each network is run once for each batch, and n(n − 1)/2 products are made for each group. A pass over the
 * networks solves n assignment problems for each group; the stars take n(n − 1)/2.
 *
 * @param spec - The axes that share each group.
 * @param networks - Two networks or more, of the same names, shapes and dtypes. All are left as they are.
 * @param options - `inputs`, and `forward` or `activations`; all others have defaults.
 * @returns The permutations of each network, for `permute(spec, networks[k], permutations[k])`, with the quality of
 * every pair.
 * @throws InvalidInputError when there are fewer than two networks, when they differ in names, shapes or dtypes, when
 * `reference` is no index of them, and where `activationMatch` throws. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836), MergeMany; Crisostomi et al. 2024,
 * C²M³: Cycle-consistent multi-model merging (arXiv 2405.17897).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { activationMatchMany, average, permutationSpec, permute } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const forward = (params: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, params.in as tf.Tensor2D)), params.out as tf.Tensor2D);
 * const networks = [1, 2, 3].map((seed) => ({
 *   in: tf.randomNormal([8, 16], 0, 1, 'float32', seed),
 *   out: tf.randomNormal([16, 4], 0, 1, 'float32', seed),
 * }));
 * const { permutations } = await activationMatchMany(spec, networks, {
 *   forward,
 *   inputs: tf.randomNormal([100, 8]),
 * });
 * const aligned = networks.map((params, k) => permute(spec, params, permutations[k]));
 * const merged = average(aligned);
 * ```
 */
export async function activationMatchMany(
  spec: PermutationSpec,
  networks: readonly Params[],
  options: ActivationMatchManyOptions,
): Promise<ActivationMatchManyResult> {
  return named('activationMatchMany', async () => {
    assertOptions(options, ACTIVATION_MATCH_MANY_OPTIONS);
    const { reference = 0, restarts = 1, seed = 0, maxPasses = 100 } = options;
    const settings = completeActivationOptions(options);
    const { solver } = settings;
    assertNetworks(networks);
    assertReference(reference, networks.length);
    assertInteger('restarts', restarts, 1);
    assertInteger('maxPasses', maxPasses, 1);
    assertSeed(seed);
    const resolved = resolveSpec(spec, networks[0]);
    const yieldPoint = createDeviceYieldPoint(settings.signal);
    const joint = { restarts, maxPasses, random: randomSource(seed), solver, yieldPoint };
    const families = new Map<string, JointAssignment>();
    const assigned = await assignNetworks({
      resolved,
      networks: networks.map((params, k) => ({ name: networkName(k), params })),
      traced: reference,
      settings,
      yieldPoint,
      async assign(family, state) {
        const problem = { family, state, settings: joint };
        const found = await assignJointly(problem);
        // A group that waited may have groups inside it that were assigned before.
        for (const { name } of membersOf(family)) families.delete(name);
        families.set(family.group.name, found);
        return { permutations: inFrameOf(problem, found.orders, reference), course: found.course };
      },
    });
    return resultOf(resolved.groups, assigned, [...families.values()]);
  });
}

function resultOf(
  groups: readonly ResolvedGroup[],
  assigned: AssignedGroups,
  families: readonly JointAssignment[],
): ActivationMatchManyResult {
  const { permutations, history } = assigned;
  const names = groups.map(({ name }) => name);
  const pairs = networkPairs(permutations.length).map((pair, at) => ({
    a: pair[0],
    b: pair[1],
    objective: objectiveOf(groups, assigned, [pair]),
    bound: families.reduce((sum, { bounds }) => sum + bounds[at], 0),
    alignment: alignmentOf(names, centredGroupSums(groups, assigned, pair)),
  }));
  return {
    permutations,
    objective: history.at(-1)!,
    bound: pairs.reduce((sum, { bound }) => sum + bound, 0),
    pairs,
    history,
    passes: Math.max(0, ...families.map((each) => each.passes)),
    converged: families.every((each) => each.converged),
    similarity: pairedSimilarities(groups, assigned),
  };
}

const networkName = (index: number) => `networks[${index}]`;

function assertNetworks(networks: readonly Params[]): void {
  if (!Array.isArray(networks) || networks.length < 2) {
    const received = Array.isArray(networks) ? networks.length : kindOf(networks);
    throw invalid(
      `expected an array of at least 2 networks, received ${received}`,
      'Pass the params of two networks or more',
      { param: 'networks', received },
    );
  }
  for (const [k, params] of networks.entries()) {
    assertComparable(networks[0], params, [networkName(0), networkName(k)]);
  }
}

function assertReference(reference: number, count: number): void {
  const remedy = 'Pass an index of the networks, or leave it out for the first';
  assertInteger('reference', reference, 0, remedy, count - 1);
}
