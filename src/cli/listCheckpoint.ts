import { shapesOfCheckpoint, withCheckpoints } from '../node/internal';
import type { PrefixMapping } from '../params';
import type { Shapes } from '../params/internal';

/** The names and shapes of a checkpoint, from its headers. */
export interface Listing {
  readonly path: string;
  /** The shapes by name, after prefixes are renamed. */
  readonly shapes: Shapes;
  /** The names as they are stored. */
  readonly stored: readonly string[];
}

/** Reads the headers of a checkpoint. */
export function listCheckpoint(
  path: string,
  renamePrefix: readonly PrefixMapping[],
): Promise<Listing> {
  return withCheckpoints([path], renamePrefix, async ([checkpoint]) => ({
    path,
    shapes: shapesOfCheckpoint(checkpoint),
    stored: [...checkpoint.tensors.values()].map(({ name }) => name),
  }));
}
