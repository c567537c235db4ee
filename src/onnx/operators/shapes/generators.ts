import { cast, oneHot, reshape, scalar, where } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { assertHostSize } from '../../values/assertHostSize';
import { type HostArray, hostArray } from '../../values/hostArray';
import { hostDtype } from '../../values/hostDtype';
import { tensorValue, toTensor, type Value } from '../../values/value';
import { fromEnd } from '../indexing/fromEnd';
import { axisOf, type Call, hostAt, inputAt, numbersAt, type Operators } from '../operator';

/** Arrays made from shapes and numbers. */
export const generators: Operators = {
  ConstantOfShape: { run: constantOfShape, hostInputs: [0] },
  Range: { run: rangeOf, hostInputs: [0, 1, 2] },
  EyeLike: { run: eyeLike },
  OneHot: { run: oneHotOf, hostInputs: [1, 2] },
};

function constantOfShape(call: Call): HostArray {
  const shape = numbersAt(call, 0) ?? [];
  assertHostSize(shape);
  const value = call.attributes.tensor('value');
  const data = new Float64Array(sizeOf(shape)).fill(value?.data[0] ?? 0);
  return hostArray(value?.dtype ?? 'float32', shape, data);
}

function rangeOf(call: Call): HostArray {
  const [start, limit, delta] = [0, 1, 2].map((i) => hostAt(call, i)!.data[0]);
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  assertHostSize([count]);
  const data = Array.from({ length: count }, (_, i) => start + i * delta);
  return hostArray(hostAt(call, 0)!.dtype, [count], data);
}

/** Ones on a diagonal of a matrix of the input's shape. */
function eyeLike(call: Call): HostArray {
  const { shape, dtype } = inputAt(call, 0);
  const [rows, columns] = shape;
  const code = call.attributes.number('dtype', undefined);
  const offset = call.attributes.number('k', 0);
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const column = row + offset;
    if (column >= 0 && column < columns) data[row * columns + column] = 1;
  }
  return hostArray(code === undefined ? dtype : hostDtype(code), shape, data);
}

function oneHotOf(call: Call): Value {
  const indices = inputAt(call, 0);
  const [depth] = numbersAt(call, 1) ?? [];
  const values = hostAt(call, 2)!;
  const [off, on] = Array.from(values.data);
  const rank = indices.shape.length + 1;
  const axis = axisOf(call.attributes.number('axis', -1), rank);
  const shape = indices.shape.toSpliced(axis, 0, depth);
  if (indices.kind === 'host') {
    assertHostSize(shape);
    const inner = sizeOf(shape.slice(axis + 1));
    const data = new Float64Array(sizeOf(shape)).fill(off);
    for (let i = 0; i < indices.data.length; i++) {
      const index = indices.data[i];
      if (index < -depth || index >= depth) continue;
      const position = index < 0 ? index + depth : index;
      data[(Math.floor(i / inner) * depth + position) * inner + (i % inner)] = on;
    }
    return hostArray(values.dtype, shape, data);
  }
  const stored = toTensor(indices);
  const flat = reshape(stored.dtype === 'int32' ? stored : cast(stored, 'int32'), [-1]);
  // tfjs-wasm makes codes of integers only.
  const isOn = cast(oneHot(fromEnd(flat, depth), depth), 'bool');
  const code =
    on === 1 && off === 0
      ? cast(isOn, values.dtype)
      : where(isOn, scalar(on, values.dtype), scalar(off, values.dtype));
  const own = Array.from({ length: rank }, (_, each) => each).filter((each) => each !== axis);
  return tensorValue(reshape(code, [...indices.shape, depth]), [...own, axis]);
}
