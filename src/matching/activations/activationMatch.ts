import type { AssignmentSolver } from '../../assignment';
import { assertOptions } from '../../checks';
import { named } from '../../errors';
import type { Params } from '../../params';
import { assertComparable } from '../../params/internal';
import { createDeviceYieldPoint } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { resolveSpec } from '../../symmetry/internal';
import { type MatchResult, matchResult } from '../matchResult';
import type { Family } from '../weights/family';
import {
  type AssignmentState,
  centredGroupSums,
  type FamilyAssignment,
  pairedSimilarities,
} from './assignGroups';
import { assignNetworks } from './assignNetworks';
import {
  ACTIVATION_MATCH_OPTIONS,
  type ActivationMatchOptions,
  completeActivationOptions,
} from './completeActivationOptions';
import { pairGrams, solveFamily } from './familyGrams';

/**
 * Finds the permutations of B's hidden units that bring their activations closest to those of A's on
 * data. For each group it maximises Σᵢ G[i, p[i]], where
 *
 *     G[i, j] = Σ over samples of  zᵢ(A) · zⱼ(B)
 *
 * and z are the units' activations. Every position of a convolution or a sequence is a sample. Each group is
 * one assignment problem, without sweeps. A group with others inside its units (attention heads) is solved
 * together with them, exactly.
 *
 * No hooks are needed: `forward` is traced on the first batch, which finds the tensors that carry each group.
 * Matching compares the outputs of operations that have parameters: a contraction with its bias, *before* the
 * nonlinearity (also where tfjs fuses it into the kernel), a normalisation, an embedding. `capture` chooses
 * among several. Under `'last'` these are a dense layer before its ReLU, a convolution after its batch norm,
 * and a residual stream after the last block that adds to it. A tensor on which another group moves the
 * samples is used only if a group has no other tensor. The group then waits for the other's permutation, and
 * is compared in another pass over the data.
 *
 * Batches are summed in n × n matrices: the activations of one batch are in memory at a time.
 *
 * `alignment` of the result is the correlation of the activations, under every kernel: with x the units of A
 * and y those of B, each less its mean over the samples,
 *
 *     Σᵢ ⟨xᵢ, y_p[i]⟩ / √(Σᵢ ‖xᵢ‖² · Σᵢ ‖yᵢ‖²)
 *
 * over the units of a group, or of all groups; before, with p the identity, and after. For a group that waits,
 * the samples are those of its own pass. Means are subtracted from sums: if a unit's mean is a thousand times
 * its standard deviation, the correlation is exact under the kernel `'correlation'` alone.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to permute: the same names, shapes and dtypes. Both are left as they are.
 * @param options - `inputs`, and `forward` or `activations`; all others have defaults.
 * @returns The permutations, for `permute(spec, b, permutations)`. `objective` is S = Σ over the groups of
 * Σᵢ G[i, p[i]]; `history` is S at the start and after each group (a group that waits is included from its
 * pass on); `similarity` is each unit's part of S.
 * @throws InvalidInputError when the params do not fit the spec or each other, an option is out of range, a
 * group of the spec does not move as one in `forward` or has no activations, the operations of `forward`
 * depend on values, or activations are not finite. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836); Li et al. 2015, Convergent
 * learning (arXiv 1511.07543).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { activationMatch, permutationSpec, permute } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const forward = (params: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, params.in as tf.Tensor2D)), params.out as tf.Tensor2D);
 * const a = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const b = { in: tf.randomNormal([8, 16]), out: tf.randomNormal([16, 4]) };
 * const { permutations } = await activationMatch(spec, a, b, { forward, inputs: tf.randomNormal([100, 8]) });
 * const aligned = permute(spec, b, permutations);
 * ```
 */
export async function activationMatch(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: ActivationMatchOptions,
): Promise<MatchResult> {
  return named('activationMatch', async () => {
    assertOptions(options, ACTIVATION_MATCH_OPTIONS);
    const settings = completeActivationOptions(options);
    assertComparable(a, b);
    const resolved = resolveSpec(spec, a);
    const { groups } = resolved;
    const assigned = await assignNetworks({
      resolved,
      networks: [
        { name: 'a', params: a },
        { name: 'b', params: b },
      ],
      traced: 0,
      settings,
      yieldPoint: createDeviceYieldPoint(settings.signal),
      assign: async (family, state) => assignPair(family, state, settings.solver),
    });
    const found = {
      permutations: assigned.permutations[1],
      objective: assigned.history.at(-1)!,
      history: assigned.history,
      sweeps: 1,
      converged: true,
      similarity: pairedSimilarities(groups, assigned),
    };
    return matchResult(found, centredGroupSums(groups, assigned, [0, 1]));
  });
}

/** Assigns a family of B exactly; A keeps its order. */
function assignPair(
  family: Family,
  state: AssignmentState,
  solver: AssignmentSolver,
): FamilyAssignment {
  const grams = pairGrams(family, state, [0, 1]);
  const found = solveFamily(family, grams, state.permutations[1], solver);
  return { permutations: [{}, found], course: [0] };
}
