import type { Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../../../checks';
import { named } from '../../../errors';
import type { NetworkInput, Params } from '../../../params';
import { assertComparable } from '../../../params/internal';
import type { Permutations } from '../../../permutation';
import { createDeviceYieldPoint } from '../../../runtime';
import type { PermutationSpec } from '../../../symmetry';
import {
  assertPermutations,
  identityOf,
  type ResolvedSpec,
  resolveSpec,
} from '../../../symmetry/internal';
import { dtypesOf } from '../../dtypesOf';
import { includedParameters } from '../../weights/includedParameters';
import { matchTensors } from '../../weights/weightMatch';
import { completeOptions } from '../../weights/weightMatchOptions';
import { batchQueue } from '../batchQueue';
import { type DescribedMatch, describeMatch } from '../describeMatch';
import type { LearnedCourse } from '../learnedCourse';
import { validationSet } from '../validationSet';
import { bestRounding, type LearnedPermutations } from './bestRounding';
import {
  completeSinkhornOptions,
  SINKHORN_OPTIONS,
  type SinkhornMatchOptions,
  type SinkhornSettings,
} from './completeSinkhornOptions';
import { heldGroups } from './heldGroups';
import { implicitSinkhorn } from './implicitSinkhorn';
import { learnLogits } from './learnLogits';
import { logitsAt, noisyLogits } from './logitsAt';
import type { SoftObjective } from './softObjective';
import { taskObjective } from './taskObjective';
import { unrolledSinkhorn } from './unrolledSinkhorn';
import { weightObjective } from './weightObjective';

/** The result of {@link sinkhornMatch}. */
export interface SinkhornMatchResult
  extends DescribedMatch,
    Omit<LearnedCourse, 'loss' | 'history'> {
  /**
   * The loss of the permutations: for an objective of the weights that of A and P B, with data the mean over the
   * validation samples.
   */
  readonly loss: number;
  /** The loss of the soft permutations in each step, on its batch: [steps]. */
  readonly history: readonly number[];
  /**
   * The entropy of the soft permutations after the last step by group, in [0, 1]: 0 for a permutation, 1 where all pairs
   * are alike.
   */
  readonly entropy: Readonly<Record<string, number>>;
}

/**
 * Finds permutations by gradient descent over soft ones: Sinkhorn matching (re-basin). Each group has logits X,
 * `[units × units]`, and the doubly stochastic matrix P = Sinkhorn(X/τ): exp(X/τ) with rows and columns scaled to sum 1.
 * P moves the units of B softly: a kernel between groups g and h becomes θ(P) = P_g W P_hᵀ. An optimiser lowers a loss
 * of θ(P) by all logits at once:
 *
 *     'similarity'   −S(P) = −Σ_w ⟨A_w, θ_w(P)⟩          'midpoint'   L(½ A + ½ θ(P))
 *     'distance'     the mean of |A_w − θ_w(P)|²          'random'     L((1 − λ) A + λ θ(P)),  λ ~ U(0, 1)
 *
 * The first two need no data. L is the loss of a batch, so that the permutations are those for which the merged network
 * works, not those for which the weights are closest. As τ falls, P comes near to permutations. They are read off by
 * assignment, Σ_i log P[i, p[i]] at its greatest, and compared by their own loss: with data on fixed samples, at λ = ½ or
 * at the mean over ¼, ½ and ¾. The result is never worse there than the start. For an objective of the weights,
 * coordinate descent on S goes on from the last permutations.
 *
 * A group inside the units of another (the dimensions inside attention heads) has soft blocks,
 * M_ij = P_parent[i, j] · Sinkhorn(X_ij/τ). Groups that are coupled keep the order of the start inside their blocks.
 *
 * A step computes θ(P) and its gradients on the tfjs backend, at two or three products of n × n × (values of a unit) for a
 * group and a parameter, and Sinkhorn's matrices in float64 on the CPU. Batch normalisation uses the statistics that
 * `forward` uses: with stored ones, pass the merged network to `resetBatchNorm`.
 *
 * @param spec - The axes that share each group.
 * @param a - The reference.
 * @param b - The network to permute: the same names, shapes and dtypes. Both are left as they are.
 * @param options - `forward` and `data` for a loss on data. All others have defaults.
 * @returns The permutations, for `permute(spec, b, permutations)`, with the course of the match.
 * @throws InvalidInputError when the params do not fit the spec or each other, a value that a group moves is not finite,
 * an option is out of range, a batch is none, or the loss is not a finite scalar or has no gradient. AbortError on abort.
 * @see Peña et al. 2023, Re-basin via implicit Sinkhorn differentiation (arXiv 2212.12042).
 *
 * @example
 * ```ts given=networks
 * import { permute, sinkhornMatch } from 'perm-lmc';
 *
 * const byWeights = await sinkhornMatch(spec, a, b, { steps: 20 });
 * const { permutations, startLoss, loss } = await sinkhornMatch(spec, a, b, {
 *   ...{ forward, data: { x, y }, steps: 20 },
 * });
 * const aligned = permute(spec, b, permutations);
 * ```
 */
export async function sinkhornMatch<Input extends NetworkInput = Tensor>(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: SinkhornMatchOptions<Input> = {},
): Promise<SinkhornMatchResult> {
  return named('sinkhornMatch', async () => {
    assertOptions(options, SINKHORN_OPTIONS);
    const settings = completeSinkhornOptions(options);
    assertComparable(a, b);
    const resolved = resolveSpec(spec, a);
    const yieldPoint = createDeviceYieldPoint(settings.signal);
    await yieldPoint();
    const start = await startOf(spec, a, b, resolved, settings);
    const pair = { spec, resolved, a, b, start, yieldPoint };
    const { last, ...learned } =
      'data' in settings
        ? await learnFromData(pair, settings)
        : await learnFromWeights(pair, settings);
    const { permutations } = learned;
    const described = await describeMatch(spec, a, b, permutations, settings.include);
    return { ...described, ...learned };
  });
}

/** The permutations to start from. Throws if values are not finite. */
async function startOf<Input extends NetworkInput>(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  resolved: ResolvedSpec,
  { start, initial, include, solver, seed, signal }: SinkhornSettings<Input>,
): Promise<Permutations> {
  if (initial) assertPermutations(resolved, initial);
  const isGiven = initial !== undefined || (start ?? 'weights') !== 'weights';
  if (!isGiven) {
    const options = completeOptions({ include, solver, seed, signal });
    return (await matchTensors(spec, a, b, options)).permutations;
  }
  const given = initial ? structuredClone(initial) : identityOf(resolved);
  await describeMatch(spec, a, b, given, include);
  return given;
}

/** Two networks and where they start. */
interface NetworkPair {
  readonly spec: PermutationSpec;
  readonly resolved: ResolvedSpec;
  readonly a: Params;
  readonly b: Params;
  readonly start: Permutations;
  readonly yieldPoint: () => Promise<void>;
}

type DataSettings<Input extends NetworkInput> = Extract<SinkhornSettings<Input>, { data: unknown }>;
type WeightSettings<Input extends NetworkInput> = Exclude<
  SinkhornSettings<Input>,
  { data: unknown }
>;

async function learnFromData<Input extends NetworkInput>(
  pair: NetworkPair,
  settings: DataSettings<Input>,
): Promise<LearnedPermutations> {
  const { resolved, a, b, yieldPoint } = pair;
  const { kind, forward, loss, seed } = settings;
  const queue = batchQueue(settings.data, settings);
  try {
    const validation = await validationSet(queue, settings);
    try {
      const task = { forward, loss };
      const objective = taskObjective(resolved, a, b, {
        ...{ kind, task, queue, validation: validation.batches, seed, yieldPoint },
      });
      return await learn(pair, settings, objective);
    } finally {
      validation.dispose();
    }
  } finally {
    await queue.dispose();
  }
}

async function learnFromWeights<Input extends NetworkInput>(
  pair: NetworkPair,
  settings: WeightSettings<Input>,
): Promise<LearnedPermutations> {
  const { spec, resolved, a, b } = pair;
  const { kind, steps, include, solver, seed, signal } = settings;
  const moved = new Set(resolved.places.map(({ param }) => param));
  const names = includedParameters(resolved, dtypesOf(a), include).filter((name) =>
    moved.has(name),
  );
  const objective = weightObjective(resolved, a, b, kind, names);
  const learned = await learn(pair, settings, objective);
  const { permutations } = await matchTensors(spec, a, b, {
    ...completeOptions({ include, solver, seed, signal, initial: learned.last }),
    method: 'coordinateDescent',
  });
  const loss = await objective.measure(permutations);
  if (loss >= learned.loss) return learned;
  const losses = steps === 0 ? learned.losses : [...learned.losses.slice(0, -1), loss];
  return { ...learned, permutations, loss, losses, step: steps };
}

/** Learns soft permutations from the start, and rounds them. */
function learn<Input extends NetworkInput>(
  { resolved, b, start, yieldPoint }: NetworkPair,
  settings: SinkhornSettings<Input>,
  objective: SoftObjective,
): Promise<LearnedPermutations> {
  const { share, gradient, temperatureAt, optimizer, steps, solver, seed, onProgress } = settings;
  const held = heldGroups(resolved);
  const free = resolved.groups.filter(({ name }) => !held.has(name));
  const temperature = temperatureAt(0);
  const logits =
    settings.start === 'noise'
      ? noisyLogits(free, { seed, temperature })
      : logitsAt(free, start, { share, temperature });
  const soften = gradient === 'implicit' ? implicitSinkhorn(LIMITS) : unrolledSinkhorn(PASSES);
  const points = learnLogits(logits, {
    ...{ resolved, params: b, objective, held: start, soften },
    ...{ temperatureAt, optimizer, steps, yieldPoint },
  });
  const { groups } = resolved;
  return bestRounding(points, { groups, objective, start, solver, steps, onProgress });
}

/** The convergence of matrices with implicit gradients. */
const LIMITS = { tolerance: 1e-4, passes: 100 };

/** The passes of unrolled gradients. */
const PASSES = 20;
