import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { tensorsIn } from '../../params/internal';
import { aboutFile } from '../aboutFile';
import { readNpz } from '../readNpz';
import { readSafetensors } from '../readSafetensors';
import { labelsFor, type TestLoss } from './labelsFor';
import { type GraphInput, type TestSet, testSet } from './testSet';

/**
 * Reads the samples and labels for a graph from a file: `.npz`, or else safetensors. See {@link testSet} for the names.
 *
 * @param loss - The loss; undefined for cross entropy of integers, and the mean squared error of floats.
 * @returns New tensors; the caller disposes them.
 */
export async function readTestSet(
  path: string,
  inputs: readonly GraphInput[],
  { loss, signal }: { readonly loss?: TestLoss | undefined; readonly signal: AbortSignal },
): Promise<TestSet> {
  const arrays = await readArrays(path, signal);
  const kept: Tensor[] = [];
  try {
    return await aboutFile(path, async () => {
      const { x, y, ...set } = testSet(arrays, inputs);
      kept.push(...tensorsIn([x, y]));
      const own = loss ?? (y?.dtype === 'float32' ? 'mse' : 'crossEntropy');
      const labels = y && (await labelsFor(own, y));
      y?.dispose();
      return { ...set, x, y: labels, loss: own };
    });
  } catch (error) {
    dispose(kept);
    throw error;
  } finally {
    dispose(Object.values(arrays).filter((tensor) => !kept.includes(tensor)));
  }
}

async function readArrays(path: string, signal: AbortSignal): Promise<Params> {
  if (path.toLowerCase().endsWith('.npz')) return readNpz(path, { signal });
  return (await readSafetensors(path, { signal })).params;
}
