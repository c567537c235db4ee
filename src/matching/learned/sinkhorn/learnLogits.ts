import { dispose, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import type { Params } from '../../../params';
import type { Permutations } from '../../../permutation';
import { read } from '../../../runtime';
import type { ResolvedSpec } from '../../../symmetry/internal';
import { type OptimizerSource, optimisedParams } from '../optimisedParams';
import type { Softening } from './softMatrix';
import { softNetwork, softNetworkGradients } from './softNetwork';
import type { SoftObjective } from './softObjective';
import { type GroupMatrices, type SoftPermutations, softPermutations } from './softPermutations';

/** Settings of {@link learnLogits}. */
export interface LogitLearning {
  readonly resolved: ResolvedSpec;
  /** B, which soft permutations move. */
  readonly params: Params;
  readonly objective: SoftObjective;
  /** The permutations of groups without logits. */
  readonly held: Permutations;
  readonly soften: Softening;
  /** The temperature by the share of the steps done. */
  readonly temperatureAt: (done: number) => number;
  readonly optimizer: OptimizerSource;
  readonly steps: number;
  readonly yieldPoint: () => Promise<void>;
}

/** Soft permutations on the way. */
export interface SoftPoint {
  /** Steps made. */
  readonly step: number;
  readonly soft: SoftPermutations;
  /** The loss of the step before; null at the start. */
  readonly loss: number | null;
}

/**
 * Soft permutations at the start and after each step of an optimiser on the logits. A step takes ∂L/∂P of every group at
 * once, through the soft permutations to the logits.
 */
export async function* learnLogits(
  logits: GroupMatrices,
  settings: LogitLearning,
): AsyncGenerator<SoftPoint, void, undefined> {
  const { resolved, held, soften, temperatureAt, optimizer, steps, yieldPoint } = settings;
  const learned = optimisedLogits(logits, optimizer);
  try {
    let loss: number | null = null;
    for (let step = 0; ; step++) {
      await yieldPoint();
      const temperature = temperatureAt(steps === 0 ? 0 : step / steps);
      const own = await matricesOf(learned.params);
      assertFinite(own, step);
      const softening = { soften, temperature, held, yieldPoint };
      const soft = await softPermutations(resolved.groups, own, softening);
      yield { step, soft, loss };
      if (step === steps) return;
      const taken = await gradientStep(soft, step, settings);
      loss = taken.loss;
      const gradients = tensorsOf(taken.gradients);
      tidy(() => learned.apply(gradients));
      dispose(gradients);
    }
  } finally {
    learned.dispose();
  }
}

function optimisedLogits(logits: GroupMatrices, optimizer: OptimizerSource) {
  const initial = tensorsOf(logits);
  try {
    return optimisedParams(initial, optimizer);
  } finally {
    dispose(initial);
  }
}

/** The loss at soft permutations, and its gradients by their logits. */
async function gradientStep(
  soft: SoftPermutations,
  step: number,
  { resolved, params, objective, held, yieldPoint }: LogitLearning,
): Promise<{ loss: number; gradients: GroupMatrices }> {
  const movements = { matrices: tensorsOf(soft.matrices), held };
  const made: Params[] = [movements.matrices];
  try {
    const moved = softNetwork(resolved, params, movements);
    made.push(moved);
    const { loss, upstream } = await objective.lossAt(moved, step);
    made.push(upstream);
    await yieldPoint();
    const byMatrix = softNetworkGradients(resolved, params, movements, upstream);
    made.push(byMatrix);
    return { loss, gradients: await soft.gradients(await matricesOf(byMatrix)) };
  } finally {
    dispose(made);
  }
}

function assertFinite(logits: GroupMatrices, step: number): void {
  for (const [name, values] of logits) {
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw invalid(
      `the logits of group '${name}' hold ${wrong} after step ${step}`,
      'Pass an optimizer with a smaller learning rate',
      { param: 'optimizer', received: wrong },
    );
  }
}

/** New tensors `[units × units]`, which the caller disposes. */
function tensorsOf(matrices: GroupMatrices): Record<string, Tensor2D> {
  return Object.fromEntries(
    [...matrices].map(([name, values]) => {
      const n = Math.sqrt(values.length);
      return [name, tensor2d(Float32Array.from(values), [n, n])];
    }),
  );
}

async function matricesOf(tensors: Params): Promise<Map<string, Float64Array>> {
  const matrices = new Map<string, Float64Array>();
  for (const [name, each] of Object.entries(tensors)) {
    matrices.set(name, Float64Array.from(await read(each)));
  }
  return matrices;
}
