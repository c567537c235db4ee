import { assertReadable, decodeTensor } from '../../io/internal';
import type { Params } from '../../params';
import { aboutFile } from '../aboutFile';
import type { Checkpoint } from './checkpoint';
import type { CheckpointProgress } from './checkpointFormat';

/** Adds the tensors of a checkpoint to `params`, one after another. The caller disposes them, also after an error. */
export async function readTensors(
  params: Params,
  { tensors }: Checkpoint,
  yieldPoint: () => Promise<void>,
  onProgress?: (progress: CheckpointProgress) => void,
): Promise<void> {
  for (const tensor of tensors.values()) aboutFile(tensor.path, () => assertReadable(tensor));
  let done = 0;
  for (const [name, tensor] of tensors) {
    const { buffer } = await tensor.read(yieldPoint);
    params[name] = aboutFile(tensor.path, () => decodeTensor(tensor, buffer));
    onProgress?.({ done: ++done, total: tensors.size, tensor: tensor.name });
  }
}
