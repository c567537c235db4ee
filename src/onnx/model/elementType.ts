import { invalid } from '../../errors';

/** The element type of a tensor. */
export interface ElementType {
  /** The name in ONNX, such as `float16`. */
  readonly name: string;
  /** The bytes of one element in raw data; 0 if elements have no fixed size. */
  readonly bytes: number;
  /** The kind of values: floats are weights, integers and booleans are computed on the host. */
  readonly kind: 'float' | 'int' | 'bool' | 'other';
}

const type = (name: string, bytes: number, kind: ElementType['kind']): ElementType => ({
  name,
  bytes,
  kind,
});

const types: Readonly<Record<number, ElementType>> = {
  1: type('float', 4, 'float'),
  2: type('uint8', 1, 'int'),
  3: type('int8', 1, 'int'),
  4: type('uint16', 2, 'int'),
  5: type('int16', 2, 'int'),
  6: type('int32', 4, 'int'),
  7: type('int64', 8, 'int'),
  8: type('string', 0, 'other'),
  9: type('bool', 1, 'bool'),
  10: type('float16', 2, 'float'),
  11: type('double', 8, 'float'),
  12: type('uint32', 4, 'int'),
  13: type('uint64', 8, 'int'),
  14: type('complex64', 8, 'other'),
  15: type('complex128', 16, 'other'),
  16: type('bfloat16', 2, 'float'),
  17: type('float8e4m3fn', 1, 'other'),
  18: type('float8e4m3fnuz', 1, 'other'),
  19: type('float8e5m2', 1, 'other'),
  20: type('float8e5m2fnuz', 1, 'other'),
  21: type('uint4', 0, 'other'),
  22: type('int4', 0, 'other'),
  23: type('float4e2m1', 0, 'other'),
  24: type('float8e8m0', 1, 'other'),
  25: type('uint2', 0, 'other'),
  26: type('int2', 0, 'other'),
};

/** The element type with this number in `TensorProto.DataType`. */
export function elementType(code: number): ElementType {
  const found = Object.hasOwn(types, code) ? types[code] : undefined;
  if (found) return found;
  throw invalid(
    `element type ${code} is not known`,
    'Export the model with tensors of float, float16, bfloat16, double, integers or bool',
    { received: code },
  );
}
