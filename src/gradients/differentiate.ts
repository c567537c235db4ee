import { dispose, fill, type Scalar, Tensor, tidy } from '@tensorflow/tfjs-core';
import { assertSynchronous, kindOf } from '../checks';
import { failed, InvalidInputError, invalid, LostDeviceError } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { withFastProducts } from '../runtime';
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

/** The body of `valueAndGradients`, for functions whose errors have their own name. */
export function differentiate(loss: (params: Params) => Tensor, params: Params): ValueAndGradients {
  return tidy(() => {
    const own = mapParams(params, shareOf); // Two names of one tensor are two parameters.
    const pass = recorded(loss, own);
    try {
      return differentiated(pass, own);
    } finally {
      for (const { saved } of pass.steps) dispose([...saved]);
    }
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
  const gradients = withFastProducts(() => pullBack(pass, value));
  return {
    value: result,
    gradients: Object.fromEntries(
      tensors.map(([name, tensor]) => [name, gradients.get(tensor) ?? fill(tensor.shape, 0)]),
    ),
  };
}

function assertScalar(value: unknown): asserts value is Scalar {
  assertSynchronous('loss', value);
  if (value instanceof Tensor && value.isDisposed) {
    throw invalid('loss returned a disposed tensor', 'Do not dispose the result in the loss', {
      param: 'loss',
    });
  }
  if (value instanceof Tensor && value.rank === 0 && value.dtype === 'float32') return;
  const received =
    value instanceof Tensor ? `a tensor [${value.shape}] of ${value.dtype}` : kindOf(value);
  throw invalid(
    `loss must return a float32 scalar, received ${received}`,
    'Return the mean or the sum of the losses of the samples',
    { param: 'loss', received },
  );
}
