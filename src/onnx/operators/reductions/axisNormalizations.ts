import {
  abs,
  add,
  div,
  maximum,
  mean,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, type Operators, unsupported } from '../operator';

/** The least normal float32. */
const TINY = 2 ** -126;

/** Values divided by their norm or deviation along axes, without weights. */
export const axisNormalizations: Operators = {
  LpNormalization: {
    run(call) {
      const p = call.attributes.number('p', 2);
      if (p !== 1 && p !== 2) throw unsupported(call, `p = ${p}`, 'Export it with p of 1 or 2');
      return alongAxes(call, [call.attributes.number('axis', -1)], (x, axes) => unit(x, axes, p));
    },
  },
  MeanVarianceNormalization: {
    run: (call) =>
      alongAxes(call, call.attributes.numbers('axes', [0, 2, 3]), (x, axes) => {
        const centred = sub(x, mean(x, axes, true));
        const deviation = sqrt(mean(square(centred), axes, true));
        return div(centred, add(deviation, scalar(1e-9)));
      }),
  },
};

/** A function of the tensor along axes. The order of storage stays. */
function alongAxes(
  call: Call,
  axes: readonly number[],
  map: (x: Tensor, axes: number[]) => Tensor,
): Value {
  const value = inputAt(call, 0);
  const own = axes.map((axis) => axisOf(axis, value.shape.length));
  const order = value.kind === 'tensor' ? value.order : value.shape.map((_, axis) => axis);
  const places = own.map((axis) => order.indexOf(axis));
  return tensorValue(map(storedIn(value, order), places), order);
}

/** x/‖x‖. Zeros stay zeros. */
function unit(x: Tensor, axes: number[], p: 1 | 2): Tensor {
  const norm = p === 1 ? sum(abs(x), axes, true) : sqrt(sum(square(x), axes, true));
  return div(x, maximum(norm, scalar(TINY)));
}
