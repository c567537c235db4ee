import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { resolveSpec } from '../symmetry/internal';
import { nameInStep, stack, stackedSpec } from './stack';
import { assertNoEvaluate } from './weights/search/searchOptions';
import { matchTensors } from './weights/weightMatch';
import {
  completeOptions,
  WEIGHT_MATCH_OPTIONS,
  type WeightMatchOptions,
} from './weights/weightMatchOptions';
import type { WeightMatchResult } from './weights/weightMatchResult';

/**
 * Finds one permutation for two sequences of networks, such as those that two training runs saved, or the
 * levels of their pruning. It maximises the sum of the similarities at all steps,
 *
 *     S(P) = Σ_t Σ_w ⟨A_t,w, (P B_t)_w⟩,
 *
 * which is weight matching of the stacked networks (super-alignment). Differences between steps average out,
 * so a permutation can be found that no single step shows.
 *
 * All networks are in memory at once. For the memory that a match needs beside them, see {@link weightMatch}.
 *
 * @param spec - The axes that share each group, for the network of a single step.
 * @param sequenceA - The reference at each step; one step or more.
 * @param sequenceB - The network to permute at each step: as many as in `sequenceA`. All networks have the
 * same names, shapes and dtypes.
 * @param options - Those of {@link weightMatch} except `search.evaluate`. `include` receives the names of a single
 * step.
 * @returns The permutations, the same for every step. The objective and the similarities are sums over the
 * steps; the alignment is that of the stacked networks.
 * @throws InvalidInputError when the sequences are empty or of different lengths, when the networks differ in
 * names, shapes or dtypes, and where `weightMatch` throws. Messages name the parameters of step t
 * `sequence[t]/…`. AbortError on abort.
 * @see Sharma et al. 2024, Simultaneous linear connectivity of neural networks modulo permutation
 * (arXiv 2404.06498).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { matchSequence, permutationSpec, permute } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h', out: 'h _' });
 * const network = (seed: number) => ({
 *   in: tf.randomNormal([8, 16], 0, 1, 'float32', seed),
 *   out: tf.randomNormal([16, 4], 0, 1, 'float32', seed),
 * });
 * const [first, second] = [[1, 2].map(network), [3, 4].map(network)]; // two networks each
 * const { permutations } = await matchSequence(spec, first, second);
 * const aligned = second.map((params) => permute(spec, params, permutations));
 * ```
 */
export async function matchSequence(
  spec: PermutationSpec,
  sequenceA: readonly Params[],
  sequenceB: readonly Params[],
  options: WeightMatchOptions = {},
): Promise<WeightMatchResult> {
  return named('matchSequence', async () => {
    assertOptions(options, WEIGHT_MATCH_OPTIONS);
    assertNoEvaluate(options.search, 'sequences of networks');
    assertSequences(sequenceA, sequenceB);
    resolveSpec(spec, sequenceA[0]);
    const stacked = stackedSpec(spec, sequenceA.length);
    const { include, ...settings } = completeOptions(options);
    return matchTensors(stacked, stack(sequenceA), stack(sequenceB), {
      ...settings,
      include: (name) => include(nameInStep(name)),
    });
  });
}

function assertSequences(a: readonly Params[], b: readonly Params[]): void {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length === 0 || a.length !== b.length) {
    const [lengthA, lengthB] = [a, b].map((each) =>
      Array.isArray(each) ? each.length : 'no array',
    );
    throw invalid(
      `the sequences must be arrays of one length ≥ 1, received ${lengthA} and ${lengthB}`,
      'Pass the networks of the same steps, in the same order',
      { received: [lengthA, lengthB] },
    );
  }
  for (const [step, params] of a.entries()) {
    assertComparable(a[0], params, ['sequenceA[0]', `sequenceA[${step}]`]);
    assertComparable(a[0], b[step], ['sequenceA[0]', `sequenceB[${step}]`]);
  }
}
