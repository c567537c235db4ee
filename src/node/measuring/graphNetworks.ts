import type { Tensor } from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from '../../params';
import type { PermutationSpec } from '../../symmetry';
import type { GraphInput } from './testSet';

/** Networks of one graph, read from files. */
export interface GraphNetworks {
  /** The path of the file with the graph. */
  readonly graph: string;
  /** The params of each network, [networks], under the names of the graph's weights. */
  readonly networks: readonly Params[];
  /** The function that the graph computes. It takes any number of samples, also where the graph fixes one. */
  readonly forward: (params: Params, x: NetworkInput) => Tensor;
  /** The spec derived from the graph. */
  readonly spec: PermutationSpec;
  readonly inputs: readonly GraphInput[];
  readonly warnings: readonly string[];
  /** Disposes what the function holds. It does not run after this. */
  readonly close: () => void;
}
