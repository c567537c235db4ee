import { argMax, logSoftmax, oneHot, reshape, softmax, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { floatTensor } from '../../values/floatTensor';
import { ownOrder, storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { axisOf, inputAt, type Operator, type Operators } from '../operator';

/** Softmax and its kin. */
export const softmaxes: Operators = {
  Softmax: alongAxis((x) => softmax(x)),
  LogSoftmax: alongAxis((x) => logSoftmax(x)),
  Hardmax: alongAxis((x) => {
    const size = x.shape.at(-1)!;
    const rows = reshape(x, [-1, size]);
    return reshape(floatTensor(oneHot(argMax(rows, 1) as Tensor, size)), x.shape);
  }),
};

/**
 * An operator along the last axis of tensors, as one along an axis of values. Before opset 13, it is computed along
 * that axis and those behind as one.
 */
function alongAxis(map: (x: Tensor) => Tensor): Operator {
  return {
    run(call) {
      const value = inputAt(call, 0);
      const { shape } = value;
      const rank = shape.length;
      if (rank === 0) return tensorValue(reshape(map(reshape(toTensor(value), [1])), []));
      const isFlat = call.opset < 13;
      const axis = axisOf(call.attributes.number('axis', isFlat ? 1 : -1), rank);
      if (!isFlat || sizeOf(shape.slice(axis + 1)) === 1) return alongOne(value, axis, map);
      const rows = reshape(toTensor(value), [sizeOf(shape.slice(0, axis)), -1]);
      return tensorValue(reshape(map(rows), [...shape]));
    },
  };
}

/** The axis is stored last, and stays last in the result: the other axes keep their order. */
function alongOne(value: Value, axis: number, map: (x: Tensor) => Tensor): Value {
  const order = value.kind === 'tensor' ? value.order : ownOrder(value.shape.length);
  const moved = [...order.filter((each) => each !== axis), axis];
  return tensorValue(map(storedIn(value, moved)), moved);
}
