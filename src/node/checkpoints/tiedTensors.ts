import { isFloatDtype } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import type { CheckpointTensor } from './checkpointFormat';

/**
 * The tensors of a checkpoint that others lack and that are copies of a shared tensor, such as a head that is tied to
 * the embeddings: for each its name and that of the shared tensor. A copy has the same type, shape and bytes, and two
 * axes or more.
 *
 * @param shared - True for the tensors that all checkpoints have.
 */
export async function tiedTensors(
  tensors: ReadonlyMap<string, CheckpointTensor>,
  shared: (name: string) => boolean,
  yieldPoint: () => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const tied = new Map<string, string>();
  for (const [name, tensor] of tensors) {
    if (shared(name) || !isFloatDtype(tensor.dtype) || tensor.shape.length < 2) continue;
    const alike = [...tensors].filter(([other, each]) => shared(other) && isAlike(tensor, each));
    if (alike.length === 0 || sizeOf(tensor.shape) === 0) continue;
    const bytes = await tensor.read(yieldPoint);
    for (const [other, each] of alike) {
      if (Buffer.compare(bytes, await each.read(yieldPoint)) !== 0) continue;
      tied.set(name, other);
      break;
    }
  }
  return tied;
}

function isAlike(a: CheckpointTensor, b: CheckpointTensor): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join();
}
