import type { NetworkListing } from '../architectures/internal';
import type { CheckpointOptions } from '../node';
import {
  configBeside,
  filesOfCheckpoint,
  shapesOfCheckpoint,
  withCheckpoints,
  writerFor,
} from '../node/internal';
import type { Shapes } from '../params/internal';

/** The names and shapes of a checkpoint, from its headers. */
export interface Listing extends NetworkListing {
  readonly path: string;
  /** The name of the format, such as `safetensors`. */
  readonly format: string;
  /** The shapes by name, after prefixes are renamed. */
  readonly shapes: Shapes;
  /** The files that it is in. */
  readonly files: readonly string[];
  /** The names as they are stored. */
  readonly stored: readonly string[];
}

/**
 * Reads the headers of checkpoints that are used together.
 *
 * @param output - The path of a checkpoint to write from the first. Throws if its format cannot be written from it.
 */
export function listCheckpoints(
  paths: readonly string[],
  { renamePrefix, key }: CheckpointOptions,
  output?: string,
): Promise<readonly Listing[]> {
  return withCheckpoints(paths, { renamePrefix, key }, async (checkpoints) => {
    if (output !== undefined) writerFor(checkpoints[0], output);
    const configs = await Promise.all(checkpoints.map(({ path }) => configBeside(path)));
    return checkpoints.map((checkpoint, i) => ({
      path: checkpoint.path,
      config: configs[i],
      format: checkpoint.format.name,
      shapes: shapesOfCheckpoint(checkpoint),
      files: filesOfCheckpoint(checkpoint),
      stored: [...checkpoint.tensors.values()].map(({ name }) => name),
    }));
  });
}
