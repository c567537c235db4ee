import { dispose, tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { about, named } from '../errors';
import type { Params } from '../params';
import { weightsOf } from './graph/buildProgram';
import { openGraph } from './graph/openGraph';
import type { Weight } from './graph/weight';
import { weightValues } from './graph/weightValues';
import type { ExternalData, TensorSource } from './model/tensorSource';

/** Options of {@link onnxParams}. */
export interface OnnxParamsOptions {
  /** The bytes of the files that hold the weights of the model, by their locations as the model gives them. */
  externalData?: ExternalData;
}

/**
 * The weights of an ONNX graph as float32 params, under the names of their initializers: those of PyTorch's state
 * dict where the exporter kept them.
 *
 * Weights are float initializers and float `Constant` nodes of two elements or more, unless only shapes depend on
 * them. A tensor with another name by an `Identity` is a parameter under each of its names. The two directions of
 * a recurrent layer are two parameters, `W.forward` and `W.reverse`.
 *
 * @param bytes - The bytes of an .onnx file.
 * @param options - All have defaults.
 * @returns Tensors of the shapes in the file, which the caller disposes.
 * @throws InvalidInputError when the bytes are not a model, a tensor does not fill its shape, or external data is
 * missing.
 *
 * @example
 * ```ts given=onnxFiles
 * import * as tf from '@tensorflow/tfjs-core';
 * import { onnxParams } from 'perm-lmc/onnx';
 *
 * const params = onnxParams(a);
 * Object.keys(params); // '0.weight', '0.bias' …
 * tf.dispose(params);
 * ```
 */
export function onnxParams(bytes: Uint8Array, options: OnnxParamsOptions = {}): Params {
  return named('onnxParams', () => {
    assertOptions(options, { externalData: true });
    const { graph, source } = openGraph(bytes, options.externalData);
    return weightTensors(weightsOf(graph), source);
  });
}

/** A tensor of each weight. The caller owns them. */
export function weightTensors(weights: readonly Weight[], source: TensorSource): Params {
  const params: Params = {};
  try {
    for (const weight of weights) {
      about(`weight '${weight.name}'`, () => {
        params[weight.name] = tensor(weightValues(source, weight), [...weight.shape], 'float32');
      });
    }
    return params;
  } catch (error) {
    dispose(params);
    throw error;
  }
}
