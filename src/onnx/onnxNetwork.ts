import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { ModelNetwork, ModelSpecOptions } from '../models';
import { MODEL_SPEC_OPTIONS } from '../models/internal';
import { ONNX_GRAPH_OPTIONS, type OnnxGraphOptions } from './onnxForward';
import { networksOfGraphs, type OnnxValue } from './onnxNetworks';
import type { OnnxInput } from './run/programForward';

/** Options of {@link onnxNetwork} and {@link onnxSpec}. */
export interface OnnxNetworkOptions extends OnnxGraphOptions, ModelSpecOptions<OnnxInput> {}

/** The names of the options of {@link onnxNetwork} and {@link onnxSpec}. */
export const ONNX_NETWORK_OPTIONS = {
  ...ONNX_GRAPH_OPTIONS,
  ...MODEL_SPEC_OPTIONS,
} as const satisfies Record<keyof OnnxNetworkOptions, true>;

/** An ONNX graph as params, a forward function and a spec. */
export interface OnnxNetwork<Output> extends ModelNetwork<OnnxInput, Output> {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Facts that may limit the result, such as names that the exporter folded away. */
  readonly warnings: readonly string[];
}

/**
 * An ONNX graph as a network of this library.
 */
export async function onnxNetwork<Output extends Tensor | NamedTensorMap = Tensor>(
  bytes: Uint8Array,
  options: OnnxNetworkOptions = {},
): Promise<OnnxNetwork<Output>> {
  return named('onnxNetwork', async () => {
    assertOptions(options, ONNX_NETWORK_OPTIONS);
    return networkOfGraph<Output>(bytes, options);
  });
}

/** The network of a file. Errors get the name of the public function that was called. */
export async function networkOfGraph<Output extends Tensor | NamedTensorMap>(
  bytes: Uint8Array,
  { externalData, ...options }: OnnxNetworkOptions,
): Promise<OnnxNetwork<Output>> {
  const { params, ...network } = await networksOfGraphs<Output>([bytes], {
    ...options,
    ...(externalData ? { externalData: [externalData] } : {}),
  });
  return { ...network, params: params[0] };
}
