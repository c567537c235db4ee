import { einsum, mul, ones, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
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
  const operands = tensors.map((tensor, i) => withoutOwn(tensor, given, i, own));
  const left = operands.map(({ letters }) => letters).join(',');
  const product = einsum(`${left}->${known.join('')}`, ...operands.map(({ tensor }) => tensor));
  const spread = [...own].map((letter, axis) => (known.includes(letter) ? shape[axis] : 1));
  return mul(reshape(product, spread), ones([...shape]));
}

/** A tensor summed over letters that it has alone, which the kernel of cpu does not take from two tensors at once. */
function withoutOwn(tensor: Tensor, given: readonly string[], at: number, result: string) {
  const letters = [...given[at]];
  const elsewhere = given.filter((_, i) => i !== at).join('') + result;
  const axes = letters.flatMap((letter, axis) => (elsewhere.includes(letter) ? [] : [axis]));
  return {
    tensor: axes.length === 0 ? tensor : sum(tensor, axes),
    letters: letters.filter((_, axis) => !axes.includes(axis)).join(''),
  };
}
