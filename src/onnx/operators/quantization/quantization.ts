import { add, cast, clipByValue, div, mul, round, sub } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../params/internal';
import { elementType } from '../../model/elementType';
import { type SmallInt, smallInt } from '../../values/hostArray';
import type { Value } from '../../values/value';
import { mapTensor, mapTwo, mapValue } from '../elementwise/mapValues';
import { roundToEven } from '../elementwise/unaryFunctions';
import { axisOf, type Call, inputAt, type Operators, optionalAt, unsupported } from '../operator';
import { reshaped } from '../shapes/reshapes';
import { INTEGER_WEIGHTS } from './assertFloatWeights';
import { quantizedDynamically } from './quantizedDynamically';

/** Quantisation of activations. Weights are floats. */
export const quantization: Operators = {
  QuantizeLinear: { run: quantized },
  DequantizeLinear: { run: dequantized },
  'com.microsoft.QuantizeLinear': { run: quantized },
  'com.microsoft.DequantizeLinear': { run: dequantized },
  DynamicQuantizeLinear: { run: (call) => quantizedDynamically(inputAt(call, 0)) },
};

/** The least and the most of each type. */
const ranges: Readonly<Record<SmallInt, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** round(x / scale) + zero point, within the range of the type. */
function quantized(call: Call): Value {
  const x = inputAt(call, 0);
  const [scale, zeroPoint] = scaling(call, x);
  const [least, most] = ranges[quantizedType(call)];
  const steps = mapTwo(
    [x, scale],
    (a, b) => roundToEven(Math.fround(a / b)),
    (a, b) => round(div(a, b)),
  );
  const moved = zeroPoint ? mapTwo([steps, zeroPoint], (a, b) => a + b, add) : steps;
  return mapValue(
    moved,
    (each) => Math.max(least, Math.min(most, each)),
    (each) => cast(clipByValue(each, least, most), 'int32'),
    'int32',
  );
}

/** (x − zero point) · scale. */
function dequantized(call: Call): Value {
  const x = inputAt(call, 0);
  if (x.kind === 'host') {
    throw unsupported(call, 'constants that are stored as integers', INTEGER_WEIGHTS);
  }
  const [scale, zeroPoint] = scaling(call, x);
  const moved = zeroPoint ? mapTwo([x, zeroPoint], (a, b) => a - b, sub) : x;
  const floats = mapTensor(moved, (each) => cast(each, 'float32'));
  return mapTwo([floats, scale], (a, b) => a * b, mul);
}

/** The scale and the zero point in shapes that broadcast against x. A zero point of zeros is null. */
function scaling(call: Call, x: Value): readonly [scale: Value, zeroPoint: Value | null] {
  const zeroPoint = optionalAt(call, 2);
  const isZero =
    zeroPoint === null ||
    (zeroPoint.kind === 'host' && Array.from(zeroPoint.data).every((each) => each === 0));
  return [beside(call, x, inputAt(call, 1)), isZero ? null : beside(call, x, zeroPoint)];
}

/** A number for each index of an axis of x, or one for all. */
function beside(call: Call, x: Value, parameter: Value): Value {
  const rank = x.shape.length;
  const isBlocked = call.attributes.number('block_size', 0) !== 0 || parameter.shape.length > 1;
  if (isBlocked) {
    throw unsupported(call, 'blocks', 'Export it with one scale, or one for each channel');
  }
  if (sizeOf(parameter.shape) === 1) return reshaped(parameter, []);
  const axis = axisOf(call.attributes.number('axis', 1), rank);
  return reshaped(
    parameter,
    x.shape.map((_, i) => (i === axis ? parameter.shape[0] : 1)),
  );
}

/** The type of the result: that of the zero point. */
function quantizedType(call: Call): SmallInt {
  const zeroPoint = optionalAt(call, 2);
  if (zeroPoint?.smallInt) return zeroPoint.smallInt;
  const code = call.attributes.number('output_dtype', 0);
  const type = code === 0 ? 'uint8' : elementType(code).name;
  const found = smallInt(type);
  if (!found) throw unsupported(call, `the type ${type}`, 'Export it with int8 or uint8');
  if (!zeroPoint || code !== 0) return found;
  throw unsupported(
    call,
    'a zero point whose type is not known to have 8 or 16 bits',
    'Export it with a constant zero point of int8 or uint8',
  );
}
