import type { MergedCheckpoints } from './mergedCheckpoints';
import { permutedBytes } from './permutedBytes';
import type { StoredFloats } from './storedFloats';

/** Reads a tensor of one of the checkpoints of a merge, with its units in the order of the first. */
export async function readMoved(
  { checkpoints, specs, permutations }: MergedCheckpoints,
  at: number,
  name: string,
  yieldPoint: () => Promise<void>,
): Promise<StoredFloats> {
  const tensor = checkpoints[at].tensors.get(name)!;
  const bytes =
    at === 0
      ? await tensor.read(yieldPoint)
      : await permutedBytes(name, tensor, specs[at], permutations[at - 1], yieldPoint);
  return { tensor, bytes };
}
