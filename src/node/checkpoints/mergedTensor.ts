import { isFloatDtype } from '../../io/internal';
import { bytesOf } from './bytesOf';
import type { CheckpointTensor } from './checkpointFormat';
import type { MergedCheckpoints } from './mergedCheckpoints';
import type { Estimate } from './mergedVariances';
import { readMoved } from './readMoved';
import { roundedFloats } from './roundedFloats';
import type { StoredFloats } from './storedFloats';
import { WIDER, weightedSum } from './weightedSum';

/** The treatment of the tensors of a merge. */
export interface TensorMerge extends MergedCheckpoints {
  readonly weights: readonly number[];
  /** Copies of shared tensors in the first checkpoint, with the names of those. */
  readonly tied: ReadonlyMap<string, string>;
  /** Computes the moving variances that are estimated, by name. */
  readonly estimates: ReadonlyMap<string, Estimate>;
  readonly yieldPoint: () => Promise<void>;
}

/**
 * The bytes of a tensor of a merge, in pieces: an estimate, a weighted sum, or those of the first checkpoint. Behind
 * the sum of the common rows are the further rows of the first.
 *
 * @param tensor - The tensor of the first checkpoint, with all of its rows.
 */
export async function* mergedTensor(
  name: string,
  tensor: CheckpointTensor,
  merge: TensorMerge,
): AsyncGenerator<Uint8Array> {
  const { checkpoints, weights, tied, estimates, yieldPoint } = merge;
  const { dtype } = tensor;
  const estimate = estimates.get(name);
  if (estimate && isFloatDtype(dtype)) {
    const block = { subject: 'the estimate of', name, from: 0, remedy: WIDER };
    yield roundedFloats(await estimate(), dtype, block);
    return;
  }
  const bytes = await tensor.read(yieldPoint);
  const source = tied.get(name) ?? name;
  const shared = checkpoints[0].tensors.get(source);
  if (!isFloatDtype(dtype) || shared === undefined) {
    yield bytes;
    return;
  }
  const inputs: StoredFloats[] = [{ tensor: shared, bytes }];
  for (let i = 1; i < checkpoints.length; i++) {
    inputs.push(await readMoved(merge, i, source, yieldPoint));
  }
  yield* weightedSum(shared, dtype, inputs, weights);
  const merged = bytesOf({ dtype, shape: shared.shape });
  if (merged < bytes.length) yield bytes.subarray(merged);
}
