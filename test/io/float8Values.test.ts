import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../src/io/encodeFloats';
import { float8Values } from '../../src/io/float8Values';
import { decodeValues } from '../../src/io/storedDtype';

const all = Array.from({ length: 256 }, (_, bits) => bits);

/**
 * The definitions, from the text of the bits: sign, exponent field, mantissa field. OCP's 8-bit formats are those of
 * IEEE 754, but E4M3 has one NaN of each sign and no infinity. The FNUZ formats have a bias greater by one, and NaN
 * in the place of −0.
 */
function defined(bits: number, exponentBits: number, bias: number, kind: 'ieee' | 'fn' | 'fnuz') {
  const text = bits.toString(2).padStart(8, '0');
  const [field, rest] = [text.slice(1, 1 + exponentBits), text.slice(1 + exponentBits)];
  const fraction = Number.parseInt(rest, 2) / 2 ** rest.length;
  const exponent = Number.parseInt(field, 2);
  const sign = text[0] === '1' ? -1 : 1;
  if (kind === 'fnuz' && text === '10000000') return Number.NaN;
  if (kind === 'fn' && text.endsWith('1111111')) return Number.NaN;
  if (kind === 'ieee' && !field.includes('0')) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

const definitions = {
  F8_E4M3: (bits: number) => defined(bits, 4, 7, 'fn'),
  F8_E4M3FNUZ: (bits: number) => defined(bits, 4, 8, 'fnuz'),
  F8_E5M2: (bits: number) => defined(bits, 5, 15, 'ieee'),
  F8_E5M2FNUZ: (bits: number) => defined(bits, 5, 16, 'fnuz'),
  F8_E8M0: (bits: number) => (bits === 255 ? Number.NaN : 2 ** (bits - 127)),
};
type Dtype = keyof typeof definitions;
const dtypes = Object.keys(definitions) as Dtype[];

const encode = (dtype: Dtype, values: readonly number[]) =>
  Array.from(encodeFloats(dtype, Float64Array.from(values)));

describe.each(dtypes)('%s', (dtype) => {
  const values = Array.from(float8Values(dtype));

  it('has the values of its definition, for all 256 codes', () => {
    const expected = all.map(definitions[dtype]);
    expect(all.filter((bits) => !Object.is(values[bits], expected[bits]))).toEqual([]);
    const decoded = decodeValues({ name: 'x', dtype }, Uint8Array.from(all).buffer);
    expect(Array.from(decoded)).toEqual(expected);
  });

  it('is encoded to the bits that were decoded', () => {
    const numbers = all.filter((bits) => !Number.isNaN(values[bits]));
    expect(
      encode(
        dtype,
        numbers.map((bits) => values[bits]),
      ),
    ).toEqual(numbers);
    const [nan] = encode(dtype, [Number.NaN]);
    expect(values[nan]).toBeNaN();
  });

  it('rounds to the nearest of all its numbers, and of two equally near ones to the even', () => {
    const finite = all.filter((bits) => Number.isFinite(values[bits]));
    const greatest = Math.max(...finite.map((bits) => values[bits]));
    for (const x of samples(finite.map((bits) => values[bits]))) {
      if (Math.abs(x) > greatest || (dtype === 'F8_E8M0' && x <= 0)) continue;
      const distance = (bits: number) => Math.abs(values[bits] - x);
      const least = Math.min(...finite.map(distance));
      const nearest = finite.filter((bits) => distance(bits) === least).map((bits) => values[bits]);
      const got = values[encode(dtype, [x])[0]];
      if (!nearest.includes(got)) throw new Error(`${x} became ${got}, not ${nearest}`);
      if (new Set(nearest).size > 1 && !isEven(dtype, got, nearest)) {
        throw new Error(`${x}, between ${nearest}, became ${got}`);
      }
    }
  });
});

/** Each number, the middle between neighbours, and points close to both. */
function samples(numbers: readonly number[]): number[] {
  const inOrder = [...new Set(numbers)].sort((a, b) => a - b);
  return inOrder.flatMap((x, i) => {
    const next = inOrder[i + 1] ?? x;
    const middle = x / 2 + next / 2;
    const gap = next - x;
    return [x, middle, middle - gap / 2 ** 20, middle + gap / 2 ** 20, x + gap / 3];
  });
}

/** True if a number has the even last bit; of two powers of two, the greater one has. */
function isEven(dtype: Dtype, value: number, nearest: readonly number[]): boolean {
  if (dtype === 'F8_E8M0') return value === Math.max(...nearest);
  return encode(dtype, [value])[0] % 2 === 0;
}

describe('a value beyond the range', () => {
  // 464 lies halfway between 448, the greatest, whose code is even, and 480.
  it('of F8_E4M3 becomes NaN, from halfway to the number that would follow', () => {
    const values = float8Values('F8_E4M3');
    const codes = encode('F8_E4M3', [464, -464, 464.001, -1e300, Infinity]);
    expect(codes.map((bits) => values[bits])).toEqual([448, -448, NaN, NaN, NaN]);
  });

  it('of F8_E5M2 becomes infinite', () => {
    const values = float8Values('F8_E5M2');
    const codes = encode('F8_E5M2', [61439, 61440, -1e300]);
    expect(codes.map((bits) => values[bits])).toEqual([57344, Infinity, -Infinity]);
  });

  it.each([
    ['F8_E4M3FNUZ', 240, 248],
    ['F8_E5M2FNUZ', 57344, 61440],
  ] as const)('of %s becomes its NaN', (dtype, greatest, beyond) => {
    expect(encode(dtype, [greatest, -greatest])).toEqual([0x7f, 0xff]);
    expect(encode(dtype, [beyond, -beyond, Infinity])).toEqual([0x80, 0x80, 0x80]);
  });

  it('of F8_E8M0 becomes NaN above, and the least power below', () => {
    const codes = encode('F8_E8M0', [1.49 * 2 ** 127, 1.5 * 2 ** 127, 0, 2 ** -140, -1]);
    expect(codes).toEqual([254, 255, 0, 0, 255]);
  });
});

it('a negative number that rounds to zero keeps its sign only where there is a −0', () => {
  expect(encode('F8_E4M3', [-1e-9, -0])).toEqual([0x80, 0x80]);
  expect(encode('F8_E4M3FNUZ', [-1e-9, -0])).toEqual([0, 0]);
  expect(encode('F8_E5M2FNUZ', [-1e-9, -0])).toEqual([0, 0]);
});
