import { type FloatFormat, floatFormats } from './floatFormats';
import type { StoredDtype } from './storedDtype';

/** A stored type of floats. */
export type FloatDtype = Extract<
  StoredDtype,
  'F64' | 'F32' | keyof typeof floatFormats | 'F8_E8M0'
>;

/** True for a stored type of floats. */
export function isFloatDtype(dtype: StoredDtype): dtype is FloatDtype {
  return ['F64', 'F32', 'F8_E8M0'].includes(dtype) || Object.hasOwn(floatFormats, dtype);
}

/**
 * Values encoded as little-endian elements of a stored type. Each value is rounded once to the nearest
 * representable one, ties to even.
 *
 * Values beyond the range of the type become infinite, or NaN in a type without infinities (F8_E4M3, the FNUZ types
 * and F8_E8M0). The FNUZ types have no −0: it becomes 0. F8_E8M0 has powers of two alone: halfway between two of them
 * the greater one is taken, as its significand of one bit is even; 0 becomes the least, 2⁻¹²⁷, and negative
 * numbers become NaN.
 */
export function encodeFloats(
  dtype: FloatDtype,
  values: Float64Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (dtype === 'F64') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (dtype === 'F32') return new Uint8Array(new Float32Array(values).buffer);
  if (dtype === 'F8_E8M0') return encodePowers(values);
  return new Uint8Array(encodeIn(floatFormats[dtype], values).buffer);
}

function encodeIn(
  format: FloatFormat,
  values: Float64Array,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const { bits, mantissaBits, bias, greatest, nan, hasMinusZero } = format;
  const signBit = 2 ** (bits - 1);
  const overflow = format.infinity ?? nan;
  const one = 2 ** mantissaBits;
  const elements = new (bits === 8 ? Uint8Array : Uint16Array)(values.length);
  const scratch = new Float64Array(1);
  const words = new Uint32Array(scratch.buffer);
  for (let i = 0; i < values.length; i++) {
    scratch[0] = values[i];
    const sign = words[1] >>> 31 ? signBit : 0;
    const size = Math.abs(values[i]);
    // Subnormal numbers have the spacing of the least exponent.
    const exponent = Math.max(((words[1] >>> 20) & 0x7ff) - 1023, 1 - bias);
    if (Number.isNaN(size)) elements[i] = sign | nan;
    else {
      // A mantissa rounded up to 2 · one carries into the exponent, which is correct.
      const mantissa = roundToEven(size * 2 ** (mantissaBits - exponent));
      const code = (exponent + bias - 1) * one + mantissa;
      if (code === 0 && !hasMinusZero) elements[i] = 0;
      else elements[i] = sign | (code > greatest ? overflow : code);
    }
  }
  return elements;
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

const NO_POWER = 255;

/** The powers of two of F8_E8M0: the bits are the exponent with a bias of 127. */
function encodePowers(values: Float64Array): Uint8Array<ArrayBuffer> {
  const elements = new Uint8Array(values.length);
  const scratch = new Float64Array(1);
  const words = new Uint32Array(scratch.buffer);
  for (let i = 0; i < values.length; i++) {
    scratch[0] = values[i];
    // The first bit of the mantissa is set from 1.5 times the power.
    const exponent = ((words[1] >>> 20) & 0x7ff) - 1023 + ((words[1] >>> 19) & 1);
    const isPositive = values[i] >= 0 && exponent <= 127;
    elements[i] = isPositive ? Math.max(exponent + 127, 0) : NO_POWER;
  }
  return elements;
}
