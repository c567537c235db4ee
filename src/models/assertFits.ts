import type { Tensor } from '@tensorflow/tfjs-core';
import { listNames } from '../checks';
import { invalid } from '../errors';
import type { Params } from '../params';
import { assertRecord, assertTensor } from '../params/internal';

/** Throws unless params have the names, shapes and dtypes of the model's weights. */
export function assertFits(
  weights: Readonly<Record<string, Pick<Tensor, 'shape' | 'dtype'>>>,
  params: Params,
): void {
  assertRecord('params', params);
  for (const [name, weight] of Object.entries(weights)) {
    if (!Object.hasOwn(params, name)) {
      throw invalid(
        `params lack '${name}', a weight of the model`,
        'Pass params of the same architecture, read by the same function of this library',
        { param: name },
      );
    }
    const tensor = params[name];
    assertTensor(name, tensor);
    if (tensor.shape.join() !== weight.shape.join() || tensor.dtype !== weight.dtype) {
      throw invalid(
        `parameter '${name}' is ${tensor.dtype} of shape [${tensor.shape}], but the model's weight is ${weight.dtype} of shape [${weight.shape}]`,
        'Pass params of the same architecture and width',
        { param: name, received: { shape: tensor.shape, dtype: tensor.dtype } },
      );
    }
  }
  const stray = Object.keys(params).find((name) => !Object.hasOwn(weights, name));
  if (stray !== undefined) {
    throw invalid(
      `params have '${stray}', which is not a weight of the model`,
      `Its weights are ${listNames(Object.keys(weights))}`,
      { param: stray },
    );
  }
}
