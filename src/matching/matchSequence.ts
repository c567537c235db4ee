import { solveAssignment } from '../assignment';
import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { isTrainable, type Params } from '../params';
import { assertComparable } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { resolveSpec } from '../symmetry/internal';
import type { MatchResult } from './matchResult';
import { matchTensors, WEIGHT_MATCH_OPTIONS, type WeightMatchOptions } from './weights/weightMatch';

/**
 * Finds one permutation for two whole sequences of networks, such as the checkpoints of two training
 * runs or their levels of pruning. It maximises the sum of the similarities at all steps,
 *
 *     S(P) = Σ_t Σ_w ⟨A_t,w, (P B_t)_w⟩,
 *
 * which is weight matching of the networks stacked on one another: super-alignment. Differences from step
 * to step average out, so that a permutation can be found that no single step shows.
 *
 * Both sequences are in memory whole; {@link weightMatch} says what a match needs beside them.
 *
 * @param spec - The axes that share each group, for the network of a single step.
 * @param sequenceA - The reference at each step; one step or more.
 * @param sequenceB - The network to permute at each step: as many, all of the same names, shapes and dtypes.
 * @param options - Those of {@link weightMatch}; `include` is called with the names of a single step.
 * @returns The permutations, to be used at every step. Objective and similarities are summed over the steps;
 * the alignment is that of the networks of all steps, stacked.
 * @throws InvalidInputError when the sequences are empty or of different lengths, or the networks of
 * different shapes; and where `weightMatch` throws: messages call the parameters of step t `sequence[t]/…`.
 * AbortError on abort.
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
 * const [first, second] = [[1, 2].map(network), [3, 4].map(network)]; // two checkpoints each
 * const { permutations } = await matchSequence(spec, first, second);
 * const aligned = second.map((params) => permute(spec, params, permutations));
 * ```
 */
export async function matchSequence(
  spec: PermutationSpec,
  sequenceA: readonly Params[],
  sequenceB: readonly Params[],
  options: WeightMatchOptions = {},
): Promise<MatchResult> {
  return named('matchSequence', async () => {
    assertOptions(options, WEIGHT_MATCH_OPTIONS);
    const {
      order = 'random',
      seed = 0,
      restarts = 1,
      initial,
      maxSweeps = 100,
      kernel = 'linear',
      include = isTrainable,
      solver = solveAssignment,
      incremental = true,
      engine = 'auto',
      threads,
      signal,
      onProgress,
    } = options;
    assertSequences(sequenceA, sequenceB);
    resolveSpec(spec, sequenceA[0]);
    const stacked = stackedSpec(spec, sequenceA.length);
    return matchTensors(stacked, stack(sequenceA), stack(sequenceB), {
      order,
      seed,
      restarts,
      initial,
      maxSweeps,
      kernel,
      include: (name) => include(name.slice(name.indexOf('/') + 1)),
      solver,
      incremental,
      engine,
      threads,
      signal,
      onProgress,
    });
  });
}

/** The name of a step's parameter among those of all steps. */
const stackedName = (step: number, name: string) => `sequence[${step}]/${name}`;

/** The networks of a sequence as one, side by side. */
function stack(sequence: readonly Params[]): Params {
  return Object.fromEntries(
    sequence.flatMap((params, step) =>
      Object.entries(params).map(([name, tensor]) => [stackedName(step, name), tensor]),
    ),
  );
}

/** The spec of networks side by side, which share all groups. */
function stackedSpec(
  { groups, params, unlisted }: PermutationSpec,
  steps: number,
): PermutationSpec {
  const each = Array.from({ length: steps }, (_, step) =>
    Object.entries(params).map(([name, axes]) => [stackedName(step, name), axes] as const),
  );
  return { groups, params: Object.fromEntries(each.flat()), unlisted };
}

function assertSequences(a: readonly Params[], b: readonly Params[]): void {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length === 0 || a.length !== b.length) {
    const [lengthA, lengthB] = [a, b].map((each) =>
      Array.isArray(each) ? each.length : 'no array',
    );
    throw invalid(
      `the sequences must be arrays of one length ≥ 1, received ${lengthA} and ${lengthB}`,
      'Pass the networks of the same steps, in the same order',
    );
  }
  for (const [step, params] of a.entries()) {
    assertComparable(a[0], params, ['sequenceA[0]', `sequenceA[${step}]`]);
    assertComparable(a[0], b[step], ['sequenceA[0]', `sequenceB[${step}]`]);
  }
}
