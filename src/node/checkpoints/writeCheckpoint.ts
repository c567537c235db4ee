import { invalid } from '../../errors';
import { together } from '../together';
import { type Checkpoint, filesOfCheckpoint } from './checkpoint';
import type { CheckpointTensor, Destination, WriteTensors } from './checkpointFormat';
import { formatOfOutput } from './formatOfFile';

/** The destination of a checkpoint that is written from others. */
interface CheckpointDestination extends Omit<Destination, 'inputs' | 'assertInputs'> {
  /** The checkpoints that are read while it is written. It is not put in place if one of them has changed. */
  readonly inputs: readonly Checkpoint[];
  /** Throws if other files have changed. Default: nothing else is checked. */
  readonly assertInputs?: () => Promise<void>;
}

/**
 * Writes a checkpoint with the names, types, shapes and metadata of another one. The format follows the
 * extension of the path; without one that is known, it is that of the source if all of its files can be written.
 *
 * @param bytesOf - Returns the bytes of a tensor, in pieces.
 */
export async function writeCheckpoint(
  source: Checkpoint,
  bytesOf: (name: string, tensor: CheckpointTensor) => AsyncIterable<Uint8Array>,
  { inputs, assertInputs, ...destination }: CheckpointDestination,
): Promise<void> {
  const write = writerFor(source, destination.path);
  const tensors = [...source.tensors].map(([key, tensor]) => {
    const { name, dtype, shape, path } = tensor;
    return { name, dtype, shape, path, bytes: () => bytesOf(key, tensor) };
  });
  await write(tensors, source.metadata, {
    ...destination,
    inputs: inputs.flatMap(filesOfCheckpoint),
    async assertInputs() {
      await together(inputs).assertUnchanged();
      await assertInputs?.();
    },
  });
}

/** The function that writes the tensors of a checkpoint to a path. Throws if there is none. */
export function writerFor(
  { path, format, rewrite }: Pick<Checkpoint, 'path' | 'format' | 'rewrite'>,
  output: string,
): WriteTensors {
  const named = formatOfOutput(output);
  const target = named ?? (format.create ? format : null);
  if (target === null) {
    throw invalid(
      `'${output}' has the extension of no format that is written`,
      `Name an output that ends in '${format.extensions[0]}' or '.safetensors'`,
      { param: 'output', received: output },
    );
  }
  const write = (target === format ? rewrite : undefined) ?? target.create;
  if (write) return write;
  if (/\.json$/i.test(output)) throw noIndex(output);
  throw invalid(
    `'${output}' cannot be written from '${path}': ${target.name} files hold more than weights, and '${path}' is ${format.name}`,
    `Put a checkpoint first that is ${target.name}, or name an output that ends in '${format.extensions[0]}'`,
    { param: 'output', received: output },
  );
}

function noIndex(output: string) {
  return invalid(
    `'${output}' is JSON and not the index of shards`,
    "Name an output that ends in '.safetensors', or in '.index.json' to write shards beside an index, or put a model of tfjs first",
    { param: 'output', received: output },
  );
}
