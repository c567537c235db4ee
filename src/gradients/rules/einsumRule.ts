import { einsum, fill, mul, reshape, type Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule } from './gradientRule';

/**
 * The rule of a sum of products by letters, such as 'bij,bjk->bik'. The gradient of an operand is such a sum too, of
 * dy and the other operands; letters that the operand has alone are repeated.
 */
export const einsumRule: GradientRule = {
  saves: 'all',
  gradients({ dy, inputs, attrs }) {
    const [left, result] = (attrs.equation as string).replaceAll(' ', '').split('->');
    const letters = left.split(',');
    const operands = Object.entries(inputs);
    return Object.fromEntries(
      operands.map(([name, { shape }], i) => [
        name,
        () => {
          const others = operands.filter((_, j) => j !== i).map(([, tensor]) => tensor);
          const given = [result, ...letters.filter((_, j) => j !== i)];
          return operandGradient([dy, ...others], given, letters[i], shape);
        },
      ]),
    );
  },
};

/** Σ of the product of the tensors over the letters that the operand lacks. */
function operandGradient(
  tensors: readonly Tensor[],
  given: readonly string[],
  own: string,
  shape: readonly number[],
): Tensor {
  const known = [...own].filter((letter) => given.some((each) => each.includes(letter)));
  const product = einsum(`${given.join(',')}->${known.join('')}`, ...tensors);
  const spread = [...own].map((letter, axis) => (known.includes(letter) ? shape[axis] : 1));
  return mul(reshape(product, spread), fill([...shape], 1));
}
