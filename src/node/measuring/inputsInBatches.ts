import { abs, concat, dispose, max, stack, sub, Tensor, tidy } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../../params';
import { mapInput, rowsOf, tensorsIn } from '../../params/internal';
import { readAndDispose } from '../../runtime';
import type { GraphNetworks } from './graphNetworks';
import { type GraphInput, testSet } from './testSet';

/**
 * The inputs of a graph, without the fixed size of its batch if the graph computes the same for more samples at once.
 * Exporters fix the size of the example by default, often 1, and most graphs do not depend on it.
 *
 * @param arrays - The arrays of a test set.
 */
export async function inputsInBatches(
  graph: GraphNetworks,
  arrays: Params,
): Promise<readonly GraphInput[]> {
  const { inputs } = graph;
  const { y: _, ...samples } = arrays;
  if (inputs.every(({ batch }) => batch === undefined)) return inputs;
  const { x, count, batch } = testSet(samples, inputs);
  try {
    const isOpen = count >= 2 * batch! && (await isSameTogether(graph, x, batch!));
    return isOpen ? inputs.map((input) => ({ ...input, batch: undefined })) : inputs;
  } finally {
    dispose(tensorsIn(x).filter((tensor) => !Object.values(samples).includes(tensor)));
  }
}

/** The greatest difference from rounding, relative to the greatest output. */
const TOLERANCE = 1e-4;

/** True if two batches give the same outputs together as one after the other. */
async function isSameTogether(
  { forward, networks: [params] }: GraphNetworks,
  x: NetworkInput,
  batch: number,
): Promise<boolean> {
  const outputs = (start: number, size: number) =>
    forward(
      params,
      mapInput(x, (tensor) => rowsOf(tensor, { start, size })),
    );
  let together: Tensor;
  try {
    together = tidy(() => outputs(0, 2 * batch));
  } catch {
    return false; // A reshape to a fixed size, for example.
  }
  const apart = tidy(() => {
    const parts = [outputs(0, batch), outputs(batch, batch)];
    return parts[0].rank === 0 ? stack(parts) : concat(parts, 0);
  });
  try {
    if (!(together instanceof Tensor) || String(together.shape) !== String(apart.shape))
      return false;
    const sizes = tidy(() => stack([max(abs(sub(together, apart))), max(abs(apart))]));
    const [difference, greatest] = await readAndDispose(sizes);
    return difference <= TOLERANCE * greatest;
  } finally {
    dispose([together, apart]);
  }
}
