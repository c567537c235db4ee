import { add, cast, mod, notEqual, scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { elementType } from '../../model/elementType';
import { floatTensor } from '../../values/floatTensor';
import { type HostArray, hostArray, type SmallInt, smallInt } from '../../values/hostArray';
import type { Value } from '../../values/value';
import { inputAt, type Operators, unsupported } from '../operator';
import { mapTensor } from './mapValues';

/** The type that a cast makes. */
interface Target {
  readonly dtype: HostArray['dtype'];
  readonly small?: SmallInt;
}

const dtypes = { float: 'float32', int: 'int32', bool: 'bool' } as const;

/** Conversions of element types. Floats of all widths are float32 here, and integers of 32 and 64 bits int32. */
export const casts: Operators = {
  Cast: {
    run(call) {
      const { name, kind } = elementType(call.attributes.number('to', 0));
      if (kind === 'other') {
        throw unsupported(call, `the type ${name}`, 'Export the float model');
      }
      return castValue(inputAt(call, 0), { dtype: dtypes[kind], small: smallInt(name) });
    },
  },
  CastLike: {
    run(call) {
      const { dtype, smallInt: small } = inputAt(call, 1);
      return castValue(inputAt(call, 0), { dtype, small });
    },
  },
};

/** The value with elements of another type. */
function castValue(value: Value, target: Target): Value {
  const { dtype, small } = target;
  if (value.dtype === dtype && value.smallInt === small) return value;
  const made =
    value.kind === 'host'
      ? hostArray(dtype, value.shape, castNumbers(value.data, target))
      : mapTensor(value, (x) => castTensor(x, target));
  return small ? { ...made, smallInt: small } : made;
}

function castNumbers(data: ArrayLike<number>, { dtype, small }: Target): ArrayLike<number> {
  if (dtype === 'float32') return Float32Array.from(data);
  if (dtype === 'bool') return Uint8Array.from(data, (x) => Number(x !== 0));
  if (small) return wrapped[small](data);
  return Array.from(data, (x) => Math.trunc(x) || 0);
}

/** Integers that do not fit a small type lose their upper bits. */
const wrapped: Readonly<Record<SmallInt, (data: ArrayLike<number>) => ArrayLike<number>>> = {
  int8: (data) => Int8Array.from(data),
  uint8: (data) => Uint8Array.from(data),
  int16: (data) => Int16Array.from(data),
  uint16: (data) => Uint16Array.from(data),
};

function castTensor(x: Tensor, { dtype, small }: Target): Tensor {
  if (dtype === 'float32') return floatTensor(x);
  // tfjs-wasm casts 0.5 to the boolean 0, and 2 to the boolean 2.
  if (dtype === 'bool') return notEqual(x, scalar(0, x.dtype as 'float32' | 'int32'));
  if (x.dtype !== 'int32' || !small) return cast(x, dtype);
  const count = scalar(small.endsWith('16') ? 2 ** 16 : 2 ** 8, 'int32');
  if (small.startsWith('u')) return mod(x, count);
  const half = scalar(small.endsWith('16') ? 2 ** 15 : 2 ** 7, 'int32');
  return sub(mod(add(x, half), count), half);
}
