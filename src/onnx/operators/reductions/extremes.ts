import { argMax, argMin, reshape, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { reversed } from '../kernels/reversed';
import { axisOf, type Call, inputAt, type Operator, type Operators } from '../operator';
import { reducedValue } from './reducedValue';

/** Positions of extremes. */
export const extremes: Operators = {
  ArgMax: extreme((x, y) => x > y, argMax),
  ArgMin: extreme((x, y) => x < y, argMin),
};

/** The position of the first extreme along an axis, or of the last. */
function extreme(
  isBefore: (x: number, y: number) => boolean,
  first: (x: Tensor, axis: number) => Tensor,
): Operator {
  return {
    run(call: Call) {
      const { attributes } = call;
      const value = inputAt(call, 0);
      const axis = axisOf(attributes.number('axis', 0), value.shape.length);
      const keepDims = attributes.number('keepdims', 1) === 1;
      const isLast = attributes.number('select_last_index', 0) === 1;
      const last = (x: Tensor, place: number) =>
        sub(scalar(x.shape[place] - 1, 'int32'), first(reversed(x, [place]), place));
      const onTensor = (x: Tensor, [place]: number[], keeps: boolean) => {
        const found = (isLast ? last : first)(x, place);
        return keeps
          ? reshape(
              found,
              x.shape.map((size, i) => (i === place ? 1 : size)),
            )
          : found;
      };
      const onHost = (numbers: readonly number[]) =>
        numbers.reduce(
          (best, each, i) =>
            isBefore(each, numbers[best]) || (isLast && each === numbers[best]) ? i : best,
          0,
        );
      return reducedValue(value, [axis], keepDims, { onHost, onTensor }, 'int32');
    },
  };
}
