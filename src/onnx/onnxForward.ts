import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { assertOptions, type OptionTable } from '../checks';
import { named } from '../errors';
import type { ModelForward } from '../models';
import { buildProgram } from './graph/buildProgram';
import { openGraph } from './graph/openGraph';
import type { ExternalData } from './model/tensorSource';
import { type OnnxInput, programForward } from './run/programForward';

/** Options of {@link onnxForward}. */
export interface OnnxGraphOptions {
  /**
   * The bytes of the files that hold the weights of the model, by their locations as the model gives them, such as
   * `{ 'model.onnx.data': bytes }`. Default: the model has all weights inside.
   */
  externalData?: ExternalData;
  /** The names of the values at which the network ends. Default: the outputs of the graph. */
  outputs?: readonly string[];
}

/** The names of the options of {@link onnxForward}. */
export const ONNX_GRAPH_OPTIONS = {
  externalData: true,
  outputs: true,
} as const satisfies OptionTable<OnnxGraphOptions>;

/**
 * The forward function of an ONNX graph: an ordinary synchronous function of params and an input, computed by
 * kernels of the current tfjs backend.
 *
 * Weights are read from params under the names of `onnxParams`. Shapes are computed on the host. Images stay
 * channels-last between convolutions. Tensors on the way are disposed after their last use.
 *
 * @typeParam Output - A tensor for a graph with one output, or a record of tensors by name for several.
 * @param bytes - The bytes of an .onnx file.
 * @param options - All have defaults.
 * @returns `forward(params, x)`, for x a tensor, an array of tensors in the order of the graph's inputs, or a
 * record of them by name: float32 for float inputs, int32 for integers, bool. The caller owns the output.
 * @throws InvalidInputError when the bytes are not a model, an operator is not supported (the error names it, its
 * opset and its node), a name in `outputs` is not a value of the graph, or external data is missing.
 *
 * @example
 * ```ts given=onnxFiles
 * import * as tf from '@tensorflow/tfjs-core';
 * import { onnxForward, onnxParams } from 'perm-lmc/onnx';
 *
 * const params = onnxParams(a);
 * const forward = onnxForward(a);
 * const logits = forward(params, tf.randomNormal([2, 1, 28, 28]));
 * ```
 */
export function onnxForward<Output extends Tensor | NamedTensorMap = Tensor>(
  bytes: Uint8Array,
  options: OnnxGraphOptions = {},
): ModelForward<OnnxInput, Output> {
  return named('onnxForward', () => {
    assertOptions(options, ONNX_GRAPH_OPTIONS);
    const { graph, source } = openGraph(bytes, options.externalData);
    const run = programForward<Output>(buildProgram(graph, source, options.outputs));
    return (params, x) => named('onnxForward', () => run(params, x));
  });
}
