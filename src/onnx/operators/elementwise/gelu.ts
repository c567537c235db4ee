import { add, erf, mul, scalar, type Tensor, tanh } from '@tensorflow/tfjs-core';

const FACTOR = Math.sqrt(2 / Math.PI);

/** x · Φ(x), with Φ the normal distribution, or its approximation by tanh(√(2/π) · (x + 0.044715 x³)). */
export function gelu(x: Tensor, approximation: 'none' | 'tanh' = 'none'): Tensor {
  const curve = approximation === 'tanh' ? tanh(bent(x)) : erf(mul(x, scalar(Math.SQRT1_2)));
  return mul(mul(x, scalar(0.5)), add(curve, scalar(1)));
}

/** √(2/π) · (x + 0.044715 x³), as x · (√(2/π) + 0.044715 √(2/π) · x²). */
function bent(x: Tensor): Tensor {
  return mul(x, add(mul(mul(x, x), scalar(0.044715 * FACTOR)), scalar(FACTOR)));
}
