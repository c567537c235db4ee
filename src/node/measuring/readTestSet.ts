import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { tensorsIn } from '../../params/internal';
import { aboutFile } from '../aboutFile';
import { labelsFor, type TestLoss } from './labelsFor';
import { type GraphInput, type TestSet, testSet } from './testSet';

/**
 * The samples and labels for a graph among the arrays of a file. See {@link testSet} for the names.
 *
 * @param path - The path of the file, for errors.
 * @param arrays - Tensors [N, …] by name, which are disposed unless they are in the result.
 * @param loss - The loss; undefined for cross entropy of integers, and the mean squared error of floats.
 * @returns Tensors that the caller disposes.
 */
export async function readTestSet(
  path: string,
  arrays: Params,
  inputs: readonly GraphInput[],
  loss: TestLoss | undefined,
): Promise<TestSet> {
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
