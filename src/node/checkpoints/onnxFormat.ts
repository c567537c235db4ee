import { dirname, join } from 'node:path';
import type { OnnxFiles } from '../../onnx';
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
 * ONNX files. Their tensors are the params of `onnxNetworks`, with the same names for files that are used together.
 * A file is read and written as a whole, with its external data. What is written is the graph of the file that was
 * read, with other weights.
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

async function open(paths: readonly string[]): Promise<StoredCheckpoint[]> {
  // Loaded when it is needed: other formats need no tfjs.
  const { openOnnxFile, openTogether, replaceWeights } = await import('../../onnx/internal');
  const models: OnnxFiles[] = [];
  for (const path of paths) {
    const model = await aboutFile(path, () => readModelBytes(path));
    aboutFile(path, () => openOnnxFile(model.bytes, model)); // Errors of one file name it.
    models.push(model);
  }
  return openTogether(models).map((file, k) => ({
    metadata: { ...file.metadata },
    files: Object.keys(models[k].externalData).map((location) => join(dirname(paths[k]), location)),
    tensors: [...file.weights.values()].map((weight) => ({
      name: weight.name,
      dtype: weight.dtype,
      shape: weight.shape,
      path: paths[k],
      async read(yieldPoint?: () => Promise<void>) {
        await yieldPoint?.();
        return aboutFile(paths[k], () => new Uint8Array(weight.read()));
      },
    })),
    async rewrite(tensors, _metadata, destination) {
      const { path } = destination;
      const values = await valuesOf(tensors, destination);
      const model = aboutFile(paths[k], () => replaceWeights(file, values));
      await writeBeside(await movedModel(paths[k], path, model), destination);
    },
    async assertUnchanged() {}, // It was read as a whole.
    async close() {},
  }));
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
