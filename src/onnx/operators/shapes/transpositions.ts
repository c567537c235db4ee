import { invalid } from '../../../errors';
import { isPermutation } from '../../../permutation';
import { hostTranspose } from '../../values/hostTranspose';
import { permutedValue, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, type Operators } from '../operator';

/** Permutations of axes. A tensor is not moved until an operator needs its elements in the new order. */
export const transpositions: Operators = {
  Transpose: { run: transpose },
};

function transpose(call: Call): Value {
  const value = inputAt(call, 0);
  const rank = value.shape.length;
  const reversed = Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const axes = call.attributes.numbers('perm', reversed).map((axis) => axisOf(axis, rank));
  if (axes.length !== rank || !isPermutation(axes)) {
    throw invalid(
      `perm is [${axes}], which does not name each of ${rank} axes once`,
      'Export the model again',
      { param: 'perm', received: axes },
    );
  }
  return value.kind === 'tensor' ? permutedValue(value, axes) : hostTranspose(value, axes);
}
