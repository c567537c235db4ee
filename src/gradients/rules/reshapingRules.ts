import { reshape, transpose } from '@tensorflow/tfjs-core';
import type { GradientRule } from './gradientRule';

/** The same values in another shape. */
function reshaped(name: string): GradientRule {
  return {
    gradients: ({ dy, inputs }) => ({ [name]: () => reshape(dy, inputs[name].shape) }),
  };
}

/** Rules of kernels that keep all values. */
export const reshapingRules: Readonly<Record<string, GradientRule>> = {
  Identity: reshaped('x'),
  Cast: reshaped('x'),
  Reshape: reshaped('x'),
  ExpandDims: reshaped('input'),
  Transpose: {
    gradients: ({ dy, attrs }) => ({ x: () => transpose(dy, inverse(attrs.perm as number[])) }),
  },
};

/** The order of axes that undoes a transpose. */
function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}
