import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
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
} as const satisfies Record<keyof OnnxGraphOptions, true>;

/**
 * The forward function of an ONNX graph, computed by tfjs.
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
