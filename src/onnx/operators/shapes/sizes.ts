import { sizeOf } from '../../../params/internal';
import { type HostArray, hostInts } from '../../values/hostArray';
import { type Call, hostScalar, inputAt, type Operators } from '../operator';

/** Shapes and sizes of values, on the host. */
export const sizes: Operators = {
  Shape: { run: shapeOf },
  Size: { run: (call) => hostScalar('int32', sizeOf(inputAt(call, 0).shape)) },
};

/** The shape, or a part of it. Bounds outside the rank are moved to it. */
function shapeOf(call: Call): HostArray {
  const { shape } = inputAt(call, 0);
  const start = call.attributes.number('start', 0);
  const end = call.attributes.number('end', shape.length);
  return hostInts(shape.slice(start, end));
}
