import type { Tensor } from '@tensorflow/tfjs-core';
import { assertChoice, assertOptions, type OptionTable } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput, Params } from '../../../params';
import type { Permutations } from '../../../permutation';
import { createDeviceYieldPoint } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import type { MatchManyResult } from '../../many/matchMany';
import { pairAlignments } from '../../many/pairAlignments';
import type { LearnedCourse } from '../learnedCourse';
import {
  completeStraightThroughOptions,
  STRAIGHT_THROUGH_SHARED,
  type StraightThroughSharedOptions,
} from './completeStraightThroughOptions';
import { learnPermutations } from './learnPermutations';
import { matchedNames } from './matchedNames';
import { openMany } from './openMany';
import { startsOf } from './startsOf';
import { equalWeights } from './stepWeights';

/**
 * Options of {@link straightThroughMatchMany}.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors for a network of several inputs.
 */
export interface StraightThroughManyOptions<Input extends NetworkInput = Tensor>
  extends StraightThroughSharedOptions<Input> {
  /**
   * The weights of the networks in the mixture of a step: uniform on the simplex, or equal. Permutations are always
   * compared at the mean of the networks. Default `'random'`.
   */
  weights?: 'random' | 'equal';
  /** The permutations of each network to start from, [networks]. Default: those of `matchMany`. */
  initial?: readonly Permutations[];
}

/** The names of the options of {@link straightThroughMatchMany}. */
export const STRAIGHT_THROUGH_MANY_OPTIONS = {
  ...STRAIGHT_THROUGH_SHARED,
  ...{ weights: true, initial: true },
} as const satisfies OptionTable<StraightThroughManyOptions>;

/** The result of {@link straightThroughMatchMany}. `permutations`, `objective` and `pairs` are those of `matchMany`. */
export interface StraightThroughManyResult
  extends Pick<MatchManyResult, 'permutations' | 'objective' | 'pairs'>,
    LearnedCourse {}

/**
 * Finds one permutation for each of several networks such that the loss of their mean is low: the straight-through
 * estimator for several networks, STE-MM. With Xᵢ = Pᵢθᵢ it minimises L(Σ wᵢXᵢ) over the permutations.
 *
 * The first network keeps its order. Each other one has a latent network zᵢ, which starts as θ₁, and each step takes a
 * batch and weights w:
 *
 *     Pᵢ = the match of θᵢ to zᵢ, from the Pᵢ before
 *     g = ∇L at Σ wᵢXᵢ
 *     zᵢ ← optimiser(zᵢ, wᵢ·g)
 *
 * It starts from {@link matchMany}, scores all permutations by the loss of the mean on the same samples, and returns the
 * best, so that on these samples it is never worse than `matchMany`. Departures from the paper: the start, the choice
 * of the best, and weights that are uniform on the simplex. With two networks it is {@link straightThroughMatch}.
 *
 * Memory: beside the data, for each network but the first five times its parameters (moved, z, a scaled gradient, the
 * moments of Adam), and the kept values of the matches; the mixture, its gradient, and a backward pass on one batch.
 *
 * @param spec - The axes that share each group.
 * @param networks - The params of two networks or more, [networks]: the same names, shapes and dtypes. They are left as
 * they are.
 * @param options - `forward` and `data`; all others have defaults.
 * @returns The permutations of each network, for `permute(spec, networks[i], permutations[i])`, with the loss of the
 * mean and the course of the match.
 * @throws InvalidInputError as {@link straightThroughMatch}; messages name a network by its index. AbortError on abort.
 * @see Ito, Yamada & Kumagai 2025, Linear mode connectivity between multiple models modulo permutation symmetries (ICML,
 * PMLR 267); Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836).
 *
 * @example
 * ```ts given=networks
 * import { average, permute, straightThroughMatchMany } from 'perm-lmc';
 *
 * const networks = [a, b, b];
 * const { permutations } = await straightThroughMatchMany(spec, networks, {
 *   forward,
 *   data: { x, y },
 *   steps: 10,
 * });
 * const merged = average(networks.map((params, i) => permute(spec, params, permutations[i])));
 * ```
 */
export async function straightThroughMatchMany<Input extends NetworkInput = Tensor>(
  spec: PermutationSpec,
  networks: readonly Params[],
  options: StraightThroughManyOptions<Input>,
): Promise<StraightThroughManyResult> {
  return named('straightThroughMatchMany', async () => {
    assertOptions(options, STRAIGHT_THROUGH_MANY_OPTIONS);
    const { weights = 'random', initial, ...others } = options;
    assertChoice('weights', weights, ['random', 'equal']);
    const settings = completeStraightThroughOptions(others);
    const yieldPoint = createDeviceYieldPoint(settings.signal);
    const many = await openMany(spec, networks, { ...settings, yieldPoint });
    const { resolved } = many;
    const start = await startsOf(spec, resolved, networks, initial, settings);
    const { permutations, ...course } = await learnPermutations(resolved, networks, start, {
      ...settings,
      ...{ yieldPoint, names: matchedNames(resolved, networks[0], settings.include) },
      weights: weights === 'random' ? weights : equalWeights(networks.length),
    });
    const pairs = await pairAlignments(many, permutations, yieldPoint);
    const objective = pairs.reduce((sum, pair) => sum + pair.objective, 0);
    return { permutations, objective, pairs, ...course };
  });
}
