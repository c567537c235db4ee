import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { tensorsIn } from '../../params/internal';
import { aboutFile } from '../openSafetensors';
import { readNpz } from '../readNpz';
import { readSafetensors } from '../readSafetensors';
import { type GraphInput, type TestSet, testSet } from './testSet';

/**
 * Reads the samples and labels for a graph from a file: `.npz`, or else safetensors. See {@link testSet} for the names.
 *
 * @returns New tensors; the caller disposes them.
 */
export async function readTestSet(
  path: string,
  inputs: readonly GraphInput[],
  signal: AbortSignal,
): Promise<TestSet> {
  const arrays = path.toLowerCase().endsWith('.npz')
    ? await readNpz(path, { signal })
    : (await readSafetensors(path, { signal })).params;
  const kept = new Set<Tensor>();
  try {
    const set = aboutFile(path, () => testSet(arrays, inputs));
    for (const tensor of tensorsIn([set.x, set.y])) kept.add(tensor);
    return set;
  } finally {
    dispose(Object.values(arrays).filter((tensor) => !kept.has(tensor)));
  }
}
