import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../src/io/encodeFloats';
import { decodeValues } from '../../src/io/storedDtype';

const half = ['F16', 'BF16'] as const;
type Half = (typeof half)[number];

function decode(dtype: Half, bits: ArrayLike<number>): Float32Array {
  const { buffer } = Uint16Array.from(bits);
  return decodeValues({ name: 'x', dtype }, buffer as ArrayBuffer) as Float32Array;
}

function encode(dtype: Half, values: readonly number[]): Uint16Array {
  return new Uint16Array(encodeFloats(dtype, Float64Array.from(values)).buffer);
}

/** Every number ≥ 0 of the type, by its bits: the decoder is the oracle. */
const numbers = Object.fromEntries(
  half.map((dtype) => {
    const infinity = dtype === 'F16' ? 0x7c00 : 0x7f80;
    return [
      dtype,
      decode(
        dtype,
        Array.from({ length: infinity + 1 }, (_, bits) => bits),
      ),
    ];
  }),
) as Record<Half, Float32Array>;

/** The bits of the number nearest to x ≥ 0, of two equally near ones the even, by looking at neighbours. */
function nearest(dtype: Half, x: number): number {
  const all = numbers[dtype];
  const greatest = all.length - 2;
  // Infinity stands where the next number would: as far above the greatest as that is above the last.
  const numberAt = (bits: number) =>
    bits <= greatest ? all[bits] : 2 * all[greatest] - all[greatest - 1];
  let [low, high] = [0, greatest + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (numberAt(middle) <= x) low = middle;
    else high = middle;
  }
  const [below, above] = [x - numberAt(low), numberAt(high) - x];
  if (below !== above) return below < above ? low : high;
  return low % 2 === 0 ? low : high;
}

describe.each(half)('encodeFloats to %s', (dtype) => {
  it('gives back the bits of every number that the type has, of either sign', () => {
    const positive = Array.from(numbers[dtype]);
    const bits = Array.from(positive.keys());
    expect(Array.from(encode(dtype, positive))).toEqual(bits);
    const negative = positive.map((value) => -value);
    expect(Array.from(encode(dtype, negative))).toEqual(bits.map((each) => each + 0x8000));
  });

  it('rounds what lies halfway between two neighbours to the even one', () => {
    const finite = numbers[dtype].length - 1;
    for (let bits = 0; bits + 1 < finite; bits++) {
      const middle = (numbers[dtype][bits] + numbers[dtype][bits + 1]) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      if (encode(dtype, [middle])[0] !== even) throw new Error(`${middle}: expected ${even}`);
    }
  });

  it('rounds any number to the nearest', () => {
    const greatest = numbers[dtype].at(-2)!;
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1.5 * greatest, noNaN: true }), (x) => {
        expect(encode(dtype, [x, -x])[0]).toBe(nearest(dtype, x));
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (x) => {
        expect(encode(dtype, [x])[0]).toBe(nearest(dtype, x));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps NaN and infinities, and makes infinite what is beyond the greatest', () => {
    const values = [Number.NaN, Infinity, -Infinity, 1e300, -1e300];
    const decoded = decode(dtype, encode(dtype, values));
    expect(Array.from(decoded)).toEqual([Number.NaN, Infinity, -Infinity, Infinity, -Infinity]);
  });
});

describe('encodeFloats', () => {
  it('rounds to F16 once, not by way of float32', () => {
    // 1 + 2⁻¹¹ lies halfway between 1 and 1 + 2⁻¹⁰; 2⁻⁴⁰ above it, float32 has nothing but halfway itself.
    expect(encode('F16', [1 + 2 ** -11 + 2 ** -40])[0]).toBe(0x3c01);
    expect(encode('F16', [1 + 2 ** -11])[0]).toBe(0x3c00);
  });

  it('writes F32 rounded and F64 as it is', () => {
    const values = Float64Array.of(0.1, -0, 1e300, 2 ** -149);
    const singles = new Float32Array(encodeFloats('F32', values).buffer);
    expect(Array.from(singles)).toEqual([Math.fround(0.1), -0, Infinity, 2 ** -149]);
    expect(new Float64Array(encodeFloats('F64', values.slice()).buffer)).toEqual(values);
  });
});
