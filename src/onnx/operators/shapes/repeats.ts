import { sizeOf } from '../../../params/internal';
import { assertHostSize } from '../../values/assertHostSize';
import { broadcastIndices, broadcastShape } from '../../values/broadcastShape';
import { hostArray } from '../../values/hostArray';
import { hostPick } from '../../values/hostPick';
import { storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { expanded } from '../kernels/expanded';
import { tiled } from '../kernels/tiled';
import { type Call, inputAt, numbersAt, type Operators, unsupported } from '../operator';

/** Operators that repeat values. The order of storage stays where the rank does. */
export const repeats: Operators = {
  Expand: { run: expand, hostInputs: [1] },
  Tile: { run: tileOf, hostInputs: [1] },
};

/** The value broadcast against a shape. */
function expand(call: Call): Value {
  const value = inputAt(call, 0);
  const shape = broadcastShape([value.shape, numbersAt(call, 1) ?? []]);
  if (value.kind === 'host') {
    const indices = broadcastIndices(value.shape, shape);
    return hostArray(
      value.dtype,
      shape,
      Array.from(indices, (index) => value.data[index]),
    );
  }
  if (shape.join() === value.shape.join()) return value;
  if (sizeOf(shape) === 0 || shape.length !== value.shape.length) {
    return tensorValue(expanded(toTensor(value), shape));
  }
  const stored = value.order.map((axis) => shape[axis]);
  return tensorValue(expanded(storedIn(value, value.order), stored), value.order);
}

function tileOf(call: Call): Value {
  if (call.opset < 6) {
    throw unsupported(call, 'the inputs of old versions', 'Export the model with opset 9 or newer');
  }
  const value = inputAt(call, 0);
  const counts = numbersAt(call, 1) ?? [];
  if (value.kind === 'host') {
    assertHostSize(value.shape.map((size, axis) => size * counts[axis]));
    return hostPick(
      value,
      value.shape.map((size, axis) =>
        Array.from({ length: size * counts[axis] }, (_, i) => i % size),
      ),
    );
  }
  if (counts.every((count) => count === 1)) return value;
  const stored = value.order.map((axis) => counts[axis]);
  return tensorValue(tiled(storedIn(value, value.order), stored), value.order);
}
