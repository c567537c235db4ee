import { dispose, type NamedTensorMap } from '@tensorflow/tfjs-core';
import { inspectCheckpoint, readCheckpoint } from '../../../src/node';
import { unsound } from '../fuzzedParser';

/** Lists and reads a checkpoint, and throws unless both show the same tensors. */
export async function readSoundly(path: string): Promise<void> {
  const { tensors } = await inspectCheckpoint(path);
  let params: NamedTensorMap = {};
  try {
    ({ params } = await readCheckpoint(path));
    for (const { name, shape } of tensors) {
      const read = params[name]?.shape;
      if (`${read}` !== `${shape}`) throw unsound(`'${name}' has shape [${shape}] and [${read}]`);
    }
  } finally {
    dispose(params);
  }
}
