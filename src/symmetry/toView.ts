import { reshape, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { isOwnView, type ParameterView } from './parameterView';

/** A tensor as its view: itself where that is the same. */
export function toView(tensor: Tensor, view: ParameterView): Tensor {
  if (isOwnView(view)) return tensor;
  return tidy(() => reshape(reordered(tensor, view.axes.flat()), [...view.shape]));
}

/** The tensor of this shape that has the view. */
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
