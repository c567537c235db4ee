import {
  cast,
  div,
  equal,
  fill,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  util,
} from '@tensorflow/tfjs-core';
import type { DifferentiatedCall, GradientRule } from './gradientRule';

/** The greatest or the least value along axes. Equal ones share the gradient, so that it is a subgradient. */
const extremum: GradientRule = {
  saves: ['x'],
  savesOutput: true,
  gradients: ({ dy, y, inputs: { x }, attrs }) => ({
    x: () => {
      const kept = keptShape(x.shape, attrs);
      // A product gives floats: on webgpu a cast shares the data, and a sum over inner axes then fails.
      const isReached = mul(cast(equal(x, reshape(y, kept)), 'float32'), 1);
      const count = sum(isReached, axesOf(x.shape, attrs), true);
      return mul(isReached, div(reshape(dy, kept), count));
    },
  }),
};

/** Rules of reductions along axes, and of the softmax. */
export const reductionRules: Readonly<Record<string, GradientRule>> = {
  Sum: { gradients: ({ dy, inputs: { x }, attrs }) => ({ x: () => spread(dy, x.shape, attrs) }) },
  Mean: {
    gradients: ({ dy, inputs: { x }, attrs }) => ({
      x: () => spread(div(dy, x.size / dy.size), x.shape, attrs),
    }),
  },
  Max: extremum,
  Min: extremum,
  Softmax: {
    savesOutput: true,
    gradients: ({ dy, y, attrs }) => ({
      logits: () => {
        const weighted = mul(dy, y);
        return sub(weighted, mul(sum(weighted, attrs.dim as number, true), y));
      },
    }),
  },
};

/** A reduced tensor, repeated along the reduced axes. */
function spread(dy: Tensor, shape: readonly number[], attrs: DifferentiatedCall['attrs']): Tensor {
  return mul(reshape(dy, keptShape(shape, attrs)), fill([...shape], 1));
}

/** The shape of the result with the reduced axes as axes of size 1. */
function keptShape(shape: readonly number[], attrs: DifferentiatedCall['attrs']): number[] {
  const axes = axesOf(shape, attrs);
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** The reduced axes from 0; kernels give them as `axis` or `reductionIndices`. */
function axesOf(shape: readonly number[], attrs: DifferentiatedCall['attrs']): number[] {
  const axis = (attrs.reductionIndices ?? attrs.axis ?? null) as number | number[];
  return util.parseAxisParam(axis, [...shape]);
}
