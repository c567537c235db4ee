import { add, mul, neg, rsqrt, sub } from '@tensorflow/tfjs-core';
import { sumTo } from '../sumTo';
import type { GradientRule } from './gradientRule';

/**
 * The rule of y = scale ⊙ (x − mean)/σ + offset with σ² = variance + ε, in which mean and variance are given. Those of
 * the batch are computed by other kernels, which have their own rules.
 */
export const batchNormRule: GradientRule = {
  saves: ['x', 'mean', 'variance', 'scale'],
  gradients({ dy, inputs, attrs }) {
    const { x, mean, variance, scale, offset } = inputs;
    const inverse = rsqrt(add(variance, attrs.varianceEpsilon as number));
    const slope = scale ? mul(inverse, scale) : inverse;
    const centred = () => sub(x, mean);
    return {
      x: () => mul(dy, slope),
      mean: () => neg(mul(sumTo(dy, mean.shape), slope)),
      variance: () => {
        const ofSlope = sumTo(mul(dy, centred()), variance.shape);
        return mul(mul(ofSlope, slope), mul(mul(inverse, inverse), -0.5));
      },
      scale: () => mul(sumTo(mul(dy, centred()), scale.shape), inverse),
      offset: () => sumTo(dy, offset.shape),
    };
  },
};
