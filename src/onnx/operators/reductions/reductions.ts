import {
  abs,
  add,
  cast,
  clipByValue,
  exp,
  log,
  max,
  mean,
  min,
  prod,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { floatTensor } from '../../values/floatTensor';
import { axisOf, type Call, inputAt, numbersOf, type Operator, type Operators } from '../operator';
import { type Reduction, reducedValue } from './reducedValue';

const total = (numbers: readonly number[]) => numbers.reduce((x, y) => x + y, 0);

/** Sums, means, extremes and norms along axes. */
export const reductions: Operators = {
  ReduceSum: reduction({ onHost: total, onTensor: sum }),
  ReduceMean: floatReduction({ onHost: (x) => total(x) / x.length, onTensor: mean }),
  ReduceMax: reduction({
    onHost: (x) => x.reduce((a, b) => Math.max(a, b), -Infinity),
    onTensor: max,
  }),
  ReduceMin: reduction({
    onHost: (x) => x.reduce((a, b) => Math.min(a, b), Infinity),
    onTensor: min,
  }),
  ReduceProd: reduction({ onHost: (x) => x.reduce((a, b) => a * b, 1), onTensor: productOf }),
  ReduceL1: reduction({
    onHost: (x) => total(x.map(Math.abs)),
    onTensor: (x, axes, keepDims) => sum(abs(x), axes, keepDims),
  }),
  ReduceL2: floatReduction({
    onHost: (x) => Math.sqrt(total(x.map((each) => each * each))),
    onTensor: (x, axes, keepDims) => sqrt(sum(square(x), axes, keepDims)),
  }),
  ReduceSumSquare: reduction({
    onHost: (x) => total(x.map((each) => each * each)),
    onTensor: (x, axes, keepDims) => sum(square(x), axes, keepDims),
  }),
  ReduceLogSum: floatReduction({
    onHost: (x) => Math.log(total(x)),
    onTensor: (x, axes, keepDims) => log(sum(x, axes, keepDims)),
  }),
  ReduceLogSumExp: floatReduction({
    onHost: (x) => Math.log(total(x.map(Math.exp))),
    onTensor: logSumExp,
  }),
};

function reduction(reduce: Reduction): Operator {
  return {
    run: (call) => {
      const value = inputAt(call, 0);
      const keepDims = call.attributes.number('keepdims', 1) === 1;
      return reducedValue(value, reducedAxes(call, value.shape.length), keepDims, reduce);
    },
    hostInputs: [1],
  };
}

/** A reduction that tfjs computes in floats. The result for integers is truncated. */
function floatReduction({ onHost, onTensor }: Reduction): Operator {
  const floats = reduction({ onHost, onTensor });
  const integers = reduction({
    onHost: (x) => Math.trunc(onHost(x)),
    onTensor: (x, ...axes) => cast(onTensor(floatTensor(x), ...axes), 'int32'),
  });
  return {
    run: (call) => (inputAt(call, 0).dtype === 'int32' ? integers : floats).run(call),
    hostInputs: floats.hostInputs,
  };
}

/** The axes of the attribute or the input. Without them all, or none if the node says so. */
function reducedAxes(call: Call, rank: number): number[] {
  const axes = numbersOf(call, 'axes', 1) ?? [];
  if (axes.length > 0) return axes.map((axis) => axisOf(axis, rank));
  const isNone = call.attributes.number('noop_with_empty_axes', 0) === 1;
  return isNone ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

/** The product. tfjs-webgpu drops the axes even where they are to be kept. */
function productOf(x: Tensor, axes: number[], keepDims: boolean): Tensor {
  const found = prod(x, axes);
  if (!keepDims) return found;
  return reshape(
    found,
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

/** log Σ exp x = m + log Σ exp(x − m), with the maximum m, which is bounded for the difference from infinities. */
function logSumExp(x: Tensor, axes: number[], keepDims: boolean): Tensor {
  const most = max(x, axes, true);
  const bounded = clipByValue(most, -3e38, 3e38);
  const found = log(sum(exp(sub(x, bounded)), axes, keepDims));
  return add(found, reshape(most, found.shape));
}
