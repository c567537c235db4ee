import { concat, split, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import { aligned } from '../../values/aligned';
import type { HostArray } from '../../values/hostArray';
import { hostConcat } from '../../values/hostConcat';
import { hostPick } from '../../values/hostPick';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { cut } from '../indexing/pickAlong';
import {
  allOnHost,
  axisOf,
  type Call,
  inputAt,
  numbersOf,
  type Operators,
  unsupported,
} from '../operator';

/** Operators that join values along an axis or cut one into parts. The order of storage stays. */
export const joins: Operators = {
  Concat: { run: concatOf },
  Split: { run: splitOf, hostInputs: [1] },
};

function concatOf(call: Call): Value {
  const given = call.inputs.map((_, i) => inputAt(call, i));
  const axis = axisOf(call.attributes.number('axis', 1), given[0].shape.length);
  return joined(given, axis);
}

/** The values joined along an axis. */
export function joined(values: readonly Value[], axis: number): Value {
  const host = allOnHost(values) as readonly HostArray[] | null;
  if (host) return hostConcat(host, axis);
  const filled = values.filter(({ shape }) => shape[axis] > 0);
  if (filled.length < 2) return filled[0] ?? values[0];
  const { tensors, order } = aligned(filled);
  return tensorValue(concat([...tensors], order.indexOf(axis)), order);
}

function splitOf(call: Call): readonly Value[] {
  const value = inputAt(call, 0);
  const axis = axisOf(call.attributes.number('axis', 0), value.shape.length);
  const sizes = partSizes(call, value.shape[axis]);
  if (value.kind === 'tensor') {
    const parts = partsOf(storedIn(value, value.order), sizes, value.order.indexOf(axis));
    return parts.map((part) => tensorValue(part, value.order));
  }
  let start = 0;
  return sizes.map((size) => {
    const first = start;
    start += size;
    const picks = value.shape.map((_, each) =>
      each === axis ? Array.from({ length: size }, (_, i) => first + i) : null,
    );
    return hostPick(value, picks);
  });
}

/** The parts of a tensor. Those of more than 4 axes are cut one by one, because tfjs-wasm splits them slowly. */
function partsOf(x: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  if (x.rank <= 4) return split(x, [...sizes], axis);
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return cut(x, axis, end - size, size);
  });
}

/** The sizes of the parts of an axis: as given, or equal with a smaller last part from opset 18. */
function partSizes(call: Call, size: number): readonly number[] {
  const given = numbersOf(call, 'split', 1);
  if (given) {
    if (given.reduce((sum, each) => sum + each, 0) === size) return given;
    throw invalid(
      `parts of sizes ${given.join(', ')} do not fill an axis of ${size}`,
      'Pass an input of the shape that the model was exported with',
      { param: 'input', received: size },
    );
  }
  const count = call.attributes.number('num_outputs', call.outputCount);
  const part = Math.ceil(size / count);
  const last = size - part * (count - 1);
  if (last < 0 || (last !== part && call.opset < 18)) {
    throw unsupported(
      call,
      `an axis of ${size} for ${count} parts`,
      'Export the model with the sizes of the parts',
    );
  }
  return Array.from({ length: count }, (_, i) => (i < count - 1 ? part : last));
}
