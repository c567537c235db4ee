import { createHash } from 'node:crypto';
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
  const digests = new Map<string, string>();
  // Each tensor is read once, however many it is compared with: a moving average repeats every shape of the network.
  const digestOf = async (name: string) => {
    const known = digests.get(name);
    if (known !== undefined) return known;
    const bytes = await tensors.get(name)!.read(yieldPoint);
    const digest = createHash('sha256').update(bytes).digest('hex');
    digests.set(name, digest);
    return digest;
  };
  for (const [name, tensor] of tensors) {
    if (shared(name) || !isFloatDtype(tensor.dtype) || tensor.shape.length < 2) continue;
    if (sizeOf(tensor.shape) === 0) continue;
    for (const [other, each] of tensors) {
      if (!shared(other) || !isAlike(tensor, each)) continue;
      if ((await digestOf(name)) !== (await digestOf(other))) continue;
      tied.set(name, other);
      break;
    }
  }
  return tied;
}

function isAlike(a: CheckpointTensor, b: CheckpointTensor): boolean {
  return a.dtype === b.dtype && a.shape.join() === b.shape.join();
}
