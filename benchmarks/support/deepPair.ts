import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, type Permutations, randomPermutations } from 'perm-lmc';
import { type DeepNetwork, deepParams } from './deepNetworks';

/** Two networks of a spec, and an order of the units of the second one. */
export interface DeepPair {
  readonly spec: PermutationSpec;
  readonly a: Params;
  readonly b: Params;
  readonly permutations: Permutations;
  /** The path of a new file with this extension. */
  readonly newFile: (extension: string) => string;
  readonly dispose: () => void;
}

/** Work whose time is measured. Tensors in its result are disposed. */
export type Work = () => unknown;

/** A function whose time is measured by the number of parameters. */
export interface ParameterCase {
  readonly name: string;
  readonly networks: readonly DeepNetwork[];
  /** Prepares the work, which is then done once. */
  readonly prepare: (pair: DeepPair) => Work | Promise<Work>;
}

/** A pair of networks of about this many parameters. Its files are in the folder. */
export function deepPair(network: DeepNetwork, parameters: number, folder: string): DeepPair {
  const spec = network.spec(parameters);
  const [a, b] = [deepParams(network, spec, 1), deepParams(network, spec, 2)];
  let files = 0;
  return {
    ...{ spec, a, b },
    newFile: (extension) => join(folder, `${network.name}-${parameters}-${files++}${extension}`),
    permutations: randomPermutations(spec, b),
    dispose: () => tf.dispose([a, b]),
  };
}
