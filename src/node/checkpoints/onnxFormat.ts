import { aboutFile } from '../aboutFile';
import { movedModel } from '../movedModel';
import { readModelBytes } from '../readModelBytes';
import { writeBeside } from '../writeBeside';
import type {
  CheckpointFormat,
  Destination,
  StoredCheckpoint,
  WrittenTensor,
} from './checkpointFormat';

/**
 * ONNX files. Their tensors are the params of `onnxNetwork`. A file is read and written as a whole, with its
 * external data. What is written is the graph of the file that was read, with other weights.
 */
export const onnxFormat: CheckpointFormat = {
  name: 'ONNX',
  extensions: ['.onnx'],
  isStart,
  open,
};

/** True for a version of ONNX, and then the producer, the graph or the operators, in a message of protobuf. */
function isStart(start: Uint8Array): boolean {
  const [tag, version, next] = start;
  return tag === 0x08 && version < 64 && [0x12, 0x3a, 0x42].includes(next) && start[8] !== 0x7b;
}

async function open(path: string): Promise<StoredCheckpoint> {
  const { openOnnxFile, replaceWeights } = await import('../../onnx/internal');
  return aboutFile(path, async () => {
    const { bytes, externalData } = await readModelBytes(path);
    const file = openOnnxFile(bytes, { externalData });
    const tensors = [...file.weights.values()].map(({ name, dtype, shape, read }) => ({
      ...{ name, dtype, shape, path },
      async read(yieldPoint?: () => Promise<void>) {
        await yieldPoint?.();
        return aboutFile(path, () => new Uint8Array(read()));
      },
    }));
    return {
      metadata: file.metadata,
      tensors,
      async rewrite(written, _metadata, destination) {
        const values = await valuesOf(written, destination);
        const model = replaceWeights(file, (name) => values.get(name)!);
        const moved = await movedModel(path, destination.path, model);
        await writeBeside(destination.path, moved, destination.overwrite, destination.yieldPoint);
      },
      async close() {},
    };
  });
}

/** The elements of all tensors, by name. */
async function valuesOf(
  tensors: readonly WrittenTensor[],
  { onProgress }: Destination,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const values = new Map<string, Uint8Array>();
  for (const { name, bytes } of tensors) {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes()) pieces.push(piece);
    values.set(name, pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    onProgress?.({ done: values.size, total: tensors.length, tensor: name });
  }
  return values;
}
