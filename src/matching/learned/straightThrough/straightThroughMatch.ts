import type { Tensor } from '@tensorflow/tfjs-core';
import { assertNumber, assertOptions, type OptionTable } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput, Params } from '../../../params';
import { assertComparable } from '../../../params/internal';
import type { Permutations } from '../../../permutation';
import { createDeviceYieldPoint } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import { identityOf, resolveSpec } from '../../../symmetry/internal';
import type { MatchResult } from '../../matchResult';
import { describeMatch } from '../describeMatch';
import type { LearnedCourse } from '../learnedCourse';
import {
  completeStraightThroughOptions,
  STRAIGHT_THROUGH_SHARED,
  type StraightThroughSharedOptions,
} from './completeStraightThroughOptions';
import { learnPermutations } from './learnPermutations';
import { matchedNames } from './matchedNames';
import { startOf } from './startOf';

/**
 * Options of {@link straightThroughMatch}.
 *
 * @typeParam Input - A tensor, or an array or a record of tensors for a network of several inputs.
 */
export interface StraightThroughOptions<Input extends NetworkInput = Tensor>
  extends StraightThroughSharedOptions<Input> {
  /**
   * The share λ of B in the mixture of a step, above 0 and below 1; `'random'` draws it uniformly for each step.
   * Permutations are compared at λ, or at ½ for `'random'`. Default ½.
   */
  ratio?: number | 'random';
  /**
   * The permutations to start from, one for each group, such as those of a search. Default: those of `weightMatch`.
   */
  initial?: Permutations;
}

/** The names of the options of {@link straightThroughMatch}. */
export const STRAIGHT_THROUGH_OPTIONS = {
  ...STRAIGHT_THROUGH_SHARED,
  ...{ ratio: true, initial: true },
} as const satisfies OptionTable<StraightThroughOptions>;

/** The result of {@link straightThroughMatch}. */
export interface StraightThroughResult
  extends Pick<MatchResult, 'permutations' | 'objective' | 'alignment' | 'similarity'>,
    LearnedCourse {}

/**
 * Finds the permutations of B's hidden units that lower the loss between the networks: the straight-through estimator
 * of Git Re-Basin. It minimises
 *
 *     L((1 − λ)·A + λ·P B)
 *
 * over the permutations P. A permutation has no gradient, so a latent network z learns in its place. It starts as A,
 * and each step takes a batch:
 *
 *     P = the match of B to z, from the P before
 *     g = ∇L at (1 − λ)·A + λ·P B
 *     z ← optimiser(z, λ·g)
 *
 * The start is the permutation of {@link weightMatch}. Each new P is scored by its loss on the same samples
 * (`validation`), the start included, and the best is returned: on these samples it is never worse than weight matching.
 *
 * Batch normalisation: scale and shift are learned and matched, moving statistics are interpolated. `forward` decides
 * which statistics are used, those of the batch or the moving ones; after a merge `resetBatchNorm` computes them anew.
 *
 * Memory: beside the data, six times the parameters of a network (B permuted, the mixture, z, its gradient, the moments
 * of Adam), what a backward pass keeps on one batch, and the kept values of the matches.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to permute: the same names, shapes and dtypes. Both are left as they are.
 * @param options - `forward` and `data`; all others have defaults.
 * @returns The permutations, for `permute(spec, b, permutations)`, with the loss between the networks and the course of
 * the match. `objective` is S = Σ_w ⟨A_w, (P B)_w⟩, which weight matching maximises; it is lower here as a rule.
 * @throws InvalidInputError when the params do not fit the spec or each other, an option is out of range, `forward`,
 * `loss` or `data` fails or returns something else than documented, an operation has no gradient, or the loss or z is
 * not finite (the error names the step). AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin, section 3.3 (arXiv 2209.04836).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { type Params, permutationSpec, permute, straightThroughMatch } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const forward = (params: Params, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, params.in as tf.Tensor2D)), params.out as tf.Tensor2D);
 * const a = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const b = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const data = { x: tf.randomNormal([100, 8]), y: tf.randomUniform([100], 0, 4, 'int32') };
 * const { permutations, loss } = await straightThroughMatch(spec, a, b, { forward, data, steps: 20 });
 * const aligned = permute(spec, b, permutations);
 * ```
 */
export async function straightThroughMatch<Input extends NetworkInput = Tensor>(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: StraightThroughOptions<Input>,
): Promise<StraightThroughResult> {
  return named('straightThroughMatch', async () => {
    assertOptions(options, STRAIGHT_THROUGH_OPTIONS);
    const { ratio = 0.5, initial, ...others } = options;
    const settings = completeStraightThroughOptions(others);
    assertRatio(ratio);
    assertComparable(a, b);
    const resolved = resolveSpec(spec, a);
    const yieldPoint = createDeviceYieldPoint(settings.signal);
    await yieldPoint();
    const names = matchedNames(resolved, a, settings.include);
    const start = await startOf(spec, a, b, initial, settings);
    const learned = await learnPermutations(resolved, [a, b], [identityOf(resolved), start], {
      ...settings,
      ...{ names, yieldPoint, weights: ratio === 'random' ? ratio : [1 - ratio, ratio] },
    });
    const { permutations, ...course } = learned;
    const match = await describeMatch(spec, a, b, permutations[1], settings.include);
    return { ...match, ...course };
  });
}

function assertRatio(ratio: number | 'random'): void {
  if (ratio === 'random') return;
  assertNumber(
    'ratio',
    ratio,
    (share) => share > 0 && share < 1,
    "a number between 0 and 1, or 'random'",
    'Leave it out for 0.5',
  );
}
