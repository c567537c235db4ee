import { type FloatFormat, floatFormats } from './floatFormats';

/** A stored type of floats of 8 bits. */
export type Float8Dtype = 'F8_E4M3' | 'F8_E4M3FNUZ' | 'F8_E5M2' | 'F8_E5M2FNUZ' | 'F8_E8M0';

/** The values of the 256 elements of a type, by their bits. All of them are exact in float32. */
export function float8Values(dtype: Float8Dtype): Float32Array {
  const decode =
    dtype === 'F8_E8M0' ? powerOf2 : (bits: number) => valueIn(floatFormats[dtype], bits);
  return Float32Array.from({ length: 256 }, (_, bits) => decode(bits));
}

/** E8M0 has neither sign nor mantissa nor zero: 2^(bits − 127), and a NaN. */
function powerOf2(bits: number): number {
  return bits === 255 ? Number.NaN : 2 ** (bits - 127);
}

function valueIn(format: FloatFormat, bits: number): number {
  const { mantissaBits, bias, greatest, infinity, nan, hasMinusZero } = format;
  const sign = bits & 0x80 ? -1 : 1;
  const code = bits & 0x7f;
  if (bits === nan && !hasMinusZero) return Number.NaN;
  if (code > greatest) return code === infinity ? sign * Infinity : Number.NaN;
  const exponent = code >> mantissaBits;
  const mantissa = code & (2 ** mantissaBits - 1);
  // Subnormal numbers have the spacing of the least exponent, and no leading 1.
  const significand = mantissa + (exponent === 0 ? 0 : 2 ** mantissaBits);
  return sign * significand * 2 ** (Math.max(exponent, 1) - bias - mantissaBits);
}
