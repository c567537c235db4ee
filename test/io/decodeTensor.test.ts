import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../src/errors';
import { parseSafetensors } from '../../src/io';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { elements, fileOf } from './safetensorsBytes';

await useBackend('cpu');

interface Case {
  dtype: string;
  size: number;
  set: (view: DataView, offset: number, value: never) => void;
  values: readonly (number | bigint)[];
  becomes: string;
  expected?: readonly number[];
}

/** Each type with its extreme values, written one by one through a DataView. */
const cases: readonly Case[] = [
  {
    dtype: 'F32',
    size: 4,
    set: (view, at, value) => view.setFloat32(at, value, true),
    values: [0, -0, 1.5, -(2 ** -149), 3.4028234663852886e38, Infinity, -Infinity, NaN],
    becomes: 'float32',
  },
  {
    dtype: 'F64',
    size: 8,
    set: (view, at, value) => view.setFloat64(at, value, true),
    values: [0, -0, 0.1, 1e-50, 3.4028234663852886e38, Infinity, -Infinity, NaN],
    becomes: 'float32',
    expected: [0, -0, 0.10000000149011612, 0, 3.4028234663852886e38, Infinity, -Infinity, NaN],
  },
  {
    dtype: 'I8',
    size: 1,
    set: (view, at, value) => view.setInt8(at, value),
    values: [-128, -1, 0, 127],
    becomes: 'int32',
  },
  {
    dtype: 'U8',
    size: 1,
    set: (view, at, value) => view.setUint8(at, value),
    values: [0, 1, 128, 255],
    becomes: 'int32',
  },
  {
    dtype: 'I16',
    size: 2,
    set: (view, at, value) => view.setInt16(at, value, true),
    values: [-32768, -1, 258, 32767],
    becomes: 'int32',
  },
  {
    dtype: 'U16',
    size: 2,
    set: (view, at, value) => view.setUint16(at, value, true),
    values: [0, 258, 32768, 65535],
    becomes: 'int32',
  },
  {
    dtype: 'I32',
    size: 4,
    set: (view, at, value) => view.setInt32(at, value, true),
    values: [-(2 ** 31), -1, 16909060, 2 ** 31 - 1],
    becomes: 'int32',
  },
  {
    dtype: 'U32',
    size: 4,
    set: (view, at, value) => view.setUint32(at, value, true),
    values: [0, 16909060, 2 ** 31 - 1],
    becomes: 'int32',
  },
  {
    dtype: 'I64',
    size: 8,
    set: (view, at, value) => view.setBigInt64(at, value, true),
    values: [-(2n ** 31n), -1n, 0n, 2n ** 31n - 1n],
    becomes: 'int32',
  },
  {
    dtype: 'U64',
    size: 8,
    set: (view, at, value) => view.setBigUint64(at, value, true),
    values: [0n, 16909060n, 2n ** 31n - 1n],
    becomes: 'int32',
  },
  {
    dtype: 'BOOL',
    size: 1,
    set: (view, at, value) => view.setUint8(at, value),
    values: [1, 0, 0, 1],
    becomes: 'bool',
  },
];

/** A file with one tensor, `x`. */
function fileWith({ dtype, size, set, values }: Omit<Case, 'becomes'>): Uint8Array {
  const data = elements(values.length, size, (view, at, i) => set(view, at, values[i] as never));
  return fileOf({ x: { dtype, shape: [values.length], data_offsets: [0, data.length] } }, data);
}

/** A file with one tensor, `x`, of all 65536 16-bit patterns in order. */
function allPatterns(dtype: string): Uint8Array {
  const data = elements(65536, 2, (view, at, i) => view.setUint16(at, i, true));
  return fileOf({ x: { dtype, shape: [65536], data_offsets: [0, data.length] } }, data);
}

async function valuesOf(file: Uint8Array) {
  const { x } = parseSafetensors(file).params;
  const values = await x.data();
  x.dispose();
  return values;
}

describe('every type is read', () => {
  it.each(cases)('$dtype becomes $becomes', async (case_) => {
    const { x } = parseSafetensors(fileWith(case_)).params;
    expect(x.dtype).toBe(case_.becomes);
    expect([...(await x.data())]).toEqual(case_.expected ?? case_.values.map(Number));
    x.dispose();
  });

  it.each([
    { dtype: 'F16', exponentBits: 5, mantissaBits: 10 },
    { dtype: 'BF16', exponentBits: 8, mantissaBits: 7 },
  ])('$dtype is exact for all 65536 patterns', async ({ dtype, exponentBits, mantissaBits }) => {
    // IEEE 754: (-1)^sign · 2^(exponent - bias) · 1.mantissa, or 2^(1 - bias) · 0.mantissa when
    // the exponent is 0; infinite or NaN when it is all ones.
    const bias = 2 ** (exponentBits - 1) - 1;
    const expected = (pattern: number) => {
      const sign = pattern >= 32768 ? -1 : 1;
      const exponent = Math.floor((pattern % 32768) / 2 ** mantissaBits);
      const fraction = (pattern % 2 ** mantissaBits) / 2 ** mantissaBits;
      if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
      if (exponent === 0) return sign * 2 ** (1 - bias) * fraction;
      return sign * 2 ** (exponent - bias) * (1 + fraction);
    };
    const values = await valuesOf(allPatterns(dtype));
    const wrong = Array.from({ length: 65536 }, (_, i) => i).filter(
      (pattern) => !Object.is(values[pattern], expected(pattern)),
    );
    expect(wrong).toEqual([]);
  });

  it('F32 keeps the payload of a NaN', async () => {
    const file = fileOf({ x: { dtype: 'F32', shape: [], data_offsets: [0, 4] } }, [1, 2, 160, 127]);
    expect([...new Uint8Array((await valuesOf(file)).buffer)]).toEqual([1, 2, 160, 127]);
  });

  it('BF16 and F16 keep the payload and the sign of a NaN', async () => {
    // 0xffa5 and 0xfd03: the 7 and 10 bits of mantissa become the highest of float32's 23.
    for (const [dtype, low, high, bits] of [
      ['BF16', 0xa5, 0xff, 0xffa50000],
      ['F16', 0x03, 0xfd, 0xffa06000],
    ] as const) {
      const file = fileOf({ x: { dtype, shape: [1], data_offsets: [0, 2] } }, [low, high]);
      expect(new Uint32Array((await valuesOf(file)).buffer)[0]).toBe(bits);
    }
  });
});

describe('a value that the tensor cannot hold is refused by tensor, index and value', () => {
  const setters = Object.fromEntries(cases.map(({ dtype, size, set }) => [dtype, { size, set }]));

  it.each([
    ['F64', [1, 3.5e38], '"x", of F64, has the value 3.5e+38 at flat index 1, which overflows'],
    ['F64', [-1e300], 'the value -1e+300 at flat index 0, which overflows float32'],
    ['U32', [0, 1, 2 ** 31], 'value 2147483648 at flat index 2, which does not fit in int32'],
    ['I64', [2n ** 31n], 'value 2147483648 at flat index 0, which does not fit in int32'],
    ['I64', [0n, -(2n ** 31n) - 1n], 'value -2147483649 at flat index 1, which does not fit'],
    ['I64', [-(2n ** 63n)], 'value -9223372036854775808 at flat index 0, which does not fit'],
    ['I64', [2n ** 32n], 'value 4294967296 at flat index 0, which does not fit in int32'],
    ['U64', [2n ** 31n], 'value 2147483648 at flat index 0, which does not fit in int32'],
    ['U64', [5n, 2n ** 64n - 1n], 'value 18446744073709551615 at flat index 1, which does not'],
    ['BOOL', [0, 2], 'the value 2 at flat index 1, which is neither 0 nor 1'],
  ] as [string, (number | bigint)[], string][])('%s %s', async (dtype, values, message) => {
    const file = fileWith({ dtype, ...setters[dtype], values });
    const error = await expectNoLeak(() => parseSafetensors(file));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain(message);
  });

  it('the tensors before it are disposed', async () => {
    const file = fileOf(
      {
        good: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
        bad: { dtype: 'BOOL', shape: [1], data_offsets: [4, 5] },
      },
      [0, 0, 0, 0, 7],
    );
    expect(await expectNoLeak(() => parseSafetensors(file))).toBeInstanceOf(InvalidInputError);
  });
});
