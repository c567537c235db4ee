import { dispose } from '@tensorflow/tfjs-core';
import { listNames } from '../../checks';
import { invalid } from '../../errors';
import type { Params } from '../../params';
import { aboutFile } from '../aboutFile';

/**
 * The weights of a graph among the tensors of a checkpoint. The others are disposed, and all of them on an error.
 *
 * @param like - Params of the graph, with its names and shapes.
 * @throws InvalidInputError if a weight is missing or has another shape.
 */
export function fittedParams(path: string, like: Params, stored: Params): Params {
  const own = Object.keys(like);
  try {
    aboutFile(path, () => {
      assertAllThere(own, Object.keys(stored));
      for (const name of own) assertShape(name, stored[name].shape, like[name].shape);
    });
  } catch (error) {
    dispose(stored);
    throw error;
  }
  const used = new Set(own);
  for (const [name, tensor] of Object.entries(stored)) if (!used.has(name)) tensor.dispose();
  return Object.fromEntries(own.map((name) => [name, stored[name]]));
}

function assertAllThere(own: readonly string[], names: readonly string[]): void {
  const missing = own.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw invalid(
    `the checkpoint lacks ${listNames(missing)}, which the graph has; its names are ${listNames(names)}`,
    'Export the graph with the names of the state dict, without constant folding, or rename a prefix with --rename-prefix',
    { param: missing[0], received: names },
  );
}

function assertShape(name: string, shape: readonly number[], expected: readonly number[]): void {
  if (String(shape) === String(expected)) return;
  throw invalid(
    `'${name}' has shape [${shape}], but [${expected}] in the graph`,
    'Pass the graph and the checkpoints of one architecture',
    { param: name, received: shape },
  );
}
