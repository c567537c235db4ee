import { dispose } from '@tensorflow/tfjs-core';
import { type BarrierProgress, type BarrierReport, barrier } from '../../metrics';
import type { Permutations } from '../../permutation';
import { type PermutationSpec, permute } from '../../symmetry';
import type { GraphNetworks } from './graphNetworks';
import { repairedOnLine } from './repairedOnLine';
import { testEvaluator } from './testEvaluator';
import type { TestSet } from './testSet';

/** The curves of a barrier: with B as it is, with B aligned, and with every mixture of these repaired. */
export interface Barriers {
  readonly before: BarrierReport;
  readonly after: BarrierReport;
  /** Null if no repair was asked for. */
  readonly repaired: BarrierReport | null;
}

/** The name of a curve of {@link Barriers}. */
export type BarrierName = keyof Barriers;

/** Settings of {@link measureBarriers}. */
export interface MeasureSettings {
  readonly points: number;
  readonly batchSize: number;
  readonly repair: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (curve: BarrierName, progress: BarrierProgress) => void;
}

/**
 * Measures the barrier between two networks on a test set, before and after B is aligned.
 *
 * @param permutations - Those of B that align it to A.
 */
export async function measureBarriers(
  { networks: [a, b], forward }: GraphNetworks,
  set: TestSet,
  spec: PermutationSpec,
  permutations: Permutations,
  { points, batchSize, repair, signal, onProgress }: MeasureSettings,
): Promise<Barriers> {
  const evaluate = await testEvaluator(forward, a, set, batchSize);
  const aligned = permute(spec, b, permutations);
  const optionsOf = (curve: BarrierName) => ({
    points,
    signal,
    onProgress: (progress: BarrierProgress) => onProgress(curve, progress),
  });
  try {
    const before = await barrier(a, b, evaluate, optionsOf('before'));
    const after = await barrier(a, aligned, evaluate, optionsOf('after'));
    if (!repair) return { before, after, repaired: null };
    const data = { forward, inputs: set.x, batchSize: set.batch ?? batchSize, signal };
    const onRepaired = repairedOnLine(evaluate, data);
    return {
      before,
      after,
      repaired: await barrier(a, aligned, onRepaired, optionsOf('repaired')),
    };
  } finally {
    dispose(aligned);
  }
}
