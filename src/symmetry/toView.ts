import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { isOwnView, type ParameterView } from './parameterView';

/** A tensor in the shape and order of its view: the tensor itself if it is its own view, else a new tensor. */
export function toView(tensor: Tensor, view: ParameterView): Tensor {
  if (isOwnView(view)) return tensor;
  return tidy(() => reshape(reordered(tensor, view.axes.flat()), [...view.shape]));
}

/** The inverse of {@link toView}. `shape` is the shape of the result. */
export function fromView<T extends Tensor>(
  viewed: Tensor,
  view: ParameterView,
  shape: readonly number[],
): T {
  if (isOwnView(view)) return viewed as T;
  return tidy(() => {
    const order = view.axes.flat();
    const inverse = order.map((_, axis) => order.indexOf(axis));
    const stored = reshape(
      viewed,
      order.map((axis) => shape[axis]),
    );
    return reordered(stored, inverse) as T;
  });
}

function reordered(tensor: Tensor, order: readonly number[]): Tensor {
  return order.every((axis, i) => axis === i) ? tensor : transpose(tensor, [...order]);
}
