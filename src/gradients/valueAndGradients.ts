import { dispose, fill, type Scalar, Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertFunction, assertSynchronous, kindOf } from '../checks';
import { failed, InvalidInputError, invalid, LostDeviceError, named } from '../errors';
import type { Params } from '../params';
import { assertRecord, assertTensor, mapParams } from '../params/internal';
import { pullBack } from './pullBack';
import { type Pass, recordPass } from './recordPass';
import { shareOf } from './shareOf';

/** The value of a loss and its gradients. */
export interface ValueAndGradients {
  /** The loss, a scalar. The caller disposes it. */
  readonly value: Scalar;
  /** ∂loss/∂θ for each float32 parameter θ, of its name and its shape. The caller disposes them. */
  readonly gradients: Params;
}

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
    return tidy(() => {
      const own = mapParams(params, shareOf); // Two names of one tensor are two parameters.
      const pass = recorded(loss, own);
      try {
        return differentiated(pass, own);
      } finally {
        for (const { saved } of pass.steps) dispose([...saved]);
      }
    });
  });
}

function recorded(loss: (params: Params) => Tensor, params: Params): Pass {
  try {
    return recordPass(loss, params);
  } catch (error) {
    if (error instanceof InvalidInputError || error instanceof LostDeviceError) throw error;
    throw failed('loss', error);
  }
}

function differentiated(pass: Pass, params: Params): { value: Scalar; gradients: Params } {
  const { value } = pass;
  assertScalar(value);
  const tensors = Object.entries(params).filter(([, { dtype }]) => dtype === 'float32');
  if (pass.steps.length === 0 && !tensors.some(([, tensor]) => tensor === value)) {
    throw invalid(
      'loss uses none of the float32 params',
      'Compute it from the params that it receives, not from other tensors',
      { param: 'loss' },
    );
  }
  const result = shareOf(value) as Scalar;
  const gradients = pullBack(pass, value);
  return {
    value: result,
    gradients: Object.fromEntries(
      tensors.map(([name, tensor]) => [name, gradients.get(tensor) ?? fill(tensor.shape, 0)]),
    ),
  };
}

function assertScalar(value: unknown): asserts value is Scalar {
  assertSynchronous('loss', value);
  if (value instanceof Tensor && value.rank === 0 && value.dtype === 'float32') return;
  const received =
    value instanceof Tensor ? `a tensor [${value.shape}] of ${value.dtype}` : kindOf(value);
  throw invalid(
    `loss must return a float32 scalar, received ${received}`,
    'Return the mean or the sum of the losses of the samples',
    { param: 'loss', received },
  );
}
