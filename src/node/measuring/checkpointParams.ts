import type { Params } from '../../params';
import type { PrefixMappings } from '../checkpoints/renamedBy';
import { readCheckpoint } from '../readCheckpoint';
import { fittedParams } from './fittedParams';

/**
 * Reads the weights of a graph from a checkpoint. Tensors that the graph does not have are left out.
 *
 * @param like - Params of the graph, with its names and shapes.
 * @returns New tensors; the caller disposes them.
 * @throws InvalidInputError if a weight is missing or has another shape.
 */
export async function checkpointParams(
  path: string,
  like: Params,
  renamePrefix: PrefixMappings,
  signal: AbortSignal,
): Promise<Params> {
  const { params } = await readCheckpoint(path, { renamePrefix, signal });
  return fittedParams(path, like, params);
}
