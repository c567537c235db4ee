import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { assertOptions, type OptionTable } from '../checks';
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
} as const satisfies OptionTable<OnnxNetworkOptions>;

/** An ONNX graph as params, a forward function and a spec. */
export interface OnnxNetwork<Output> extends ModelNetwork<OnnxInput, Output> {
  /** The inputs in the order of the graph. */
  readonly inputs: readonly OnnxValue[];
  /** The outputs in the order in which they are returned. */
  readonly outputs: readonly OnnxValue[];
  /** The warnings of the derivation, such as groups that had to be fixed. */
  readonly warnings: readonly string[];
}

/**
 * An ONNX graph as a network of this library: its params, its forward function, and its spec, derived by tracing one
 * forward pass and verified. Runs in Node and in the browser, on the current tfjs backend.
 *
 * Use {@link onnxNetworks} for two files or more, and {@link writeOnnx} to write params into a file.
 *
 * @typeParam Output - A tensor for a graph with one output, or a record of tensors by name for several.
 * @param bytes - The bytes of an .onnx file.
 * @param options - `input` or `inputShape` for sizes that the graph leaves open, `outputs` to end at inner values,
 * `externalData`, and the options of `traceSpec`.
 * @returns `params`, which the caller disposes; `forward(params, x)`, for a tensor, an array or a record of them;
 * `spec`; the graph's `inputs` and `outputs`; and `warnings`.
 * @throws InvalidInputError when the bytes are not a model, an operator is not supported (the error names it, its
 * opset and its node), a name in `outputs` is not a value of the graph, external data is missing, or the graph does
 * not run on the input.
 *
 * @example
 * ```ts given=onnxFiles
 * import { interpolate, permute, weightMatch } from 'perm-lmc';
 * import { onnxNetworks, writeOnnx } from 'perm-lmc/onnx';
 *
 * const { params, spec } = await onnxNetworks([a, b]);
 * const { permutations } = await weightMatch(spec, params[0], params[1]);
 * const merged = interpolate(params[0], permute(spec, params[1], permutations), 0.5);
 * const bytes = await writeOnnx(a, merged);
 * ```
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
