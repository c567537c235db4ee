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
 * The weights of an ONNX graph as params.
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
