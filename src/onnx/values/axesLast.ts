import { storedIn, type TensorValue } from './value';

/**
 * The stored tensor of a value for a kernel along these axes, and its order. Floats are stored as they are. The axes
 * of integers are last: kernels of tfjs-webgpu transpose other axes for themselves, which fails for integers.
 */
export function axesLast(value: TensorValue, axes: readonly number[]) {
  const others = value.order.filter((axis) => !axes.includes(axis));
  const order = value.dtype === 'float32' ? value.order : [...others, ...axes];
  return { tensor: storedIn(value, order), order };
}
