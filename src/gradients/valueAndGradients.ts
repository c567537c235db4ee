import type { Tensor } from '@tensorflow/tfjs-core';
import { assertFunction } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { assertRecord, assertTensor } from '../params/internal';
import { differentiate, type ValueAndGradients } from './differentiate';

/**
 * The value of a loss and its gradients ∂loss/∂θ by reverse-mode differentiation, on every backend and with
 * tfjs-core alone.
 *
 * The loss runs once. The kernel calls that a parameter reaches are recorded, and then differentiated from the last
 * to the first, each by a rule of its own that uses kernels that every backend has: the wasm backend lacks some
 * kernels of tfjs's gradients, and others are slow there. For a kernel without a rule the gradient that is
 * registered with tfjs is used. No value is read.
 *
 * - The gradient is that by the params which `loss` receives. Other tensors are constants, and so are values that
 *   `loss` reads (`dataSync`).
 * - A parameter that the loss does not use has a gradient of zeros. Parameters of a dtype other than float32 have
 *   none.
 * - Gradients of `tf.customGrad` are not used: the kernels inside the op are differentiated themselves.
 * - At a kink the gradient is that of tfjs: 0 at relu(0), and to `a` alone where `maximum(a, b)` or `minimum(a, b)`
 *   has a = b. Equal greatest values share the gradient of `max` equally.
 *
 * @param loss - A synchronous function of the params, such as a mean over a batch, that returns a float32 scalar.
 * It may use `tf.tidy` and dispose its tensors.
 * @param params - The network: tensors or variables of any shapes, left as they are.
 * @returns `value` and `gradients`.
 * @throws InvalidInputError when an argument is invalid, or `loss` throws (the error is the `cause`), is
 * asynchronous, returns no float32 scalar, uses none of the params, or needs the gradient of an operation that has
 * none; the error then names the operation and a parameter that reaches it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { type Params, valueAndGradients } from 'perm-lmc';
 *
 * const params = { kernel: tf.randomNormal([4, 1]), bias: tf.zeros([1]) };
 * const [x, y] = [tf.randomNormal([8, 4]), tf.randomNormal([8, 1])];
 * const loss = ({ kernel, bias }: Params) =>
 *   tf.mean(tf.squaredDifference(tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias), y));
 *
 * const { value, gradients } = valueAndGradients(loss, params);
 * const stepped = tf.sub(params.kernel, tf.mul(gradients.kernel, 0.1));
 * ```
 */
export function valueAndGradients(
  loss: (params: Params) => Tensor,
  params: Params,
): ValueAndGradients {
  return named('valueAndGradients', () => {
    assertFunction('loss', loss, 'Pass a function of params that returns a scalar');
    assertRecord('params', params);
    for (const [name, tensor] of Object.entries(params)) assertTensor(name, tensor);
    return differentiate(loss, params);
  });
}
