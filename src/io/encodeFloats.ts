import type { StoredDtype } from './storedDtype';

/** A stored type of floats. */
export type FloatDtype = Extract<StoredDtype, 'F64' | 'F32' | 'F16' | 'BF16'>;

/** True for a stored type of floats. */
export function isFloatDtype(dtype: StoredDtype): dtype is FloatDtype {
  return dtype === 'F64' || dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** A 16-bit float: a sign, a biased exponent and a mantissa. */
interface HalfFormat {
  readonly mantissaBits: number;
  readonly bias: number;
}

const F16: HalfFormat = { mantissaBits: 10, bias: 15 };
const BF16: HalfFormat = { mantissaBits: 7, bias: 127 };

/**
 * Values encoded as little-endian elements of a stored type. Each value is rounded once to the nearest
 * representable one, ties to even. Values beyond the range of the type become infinite.
 */
export function encodeFloats(
  dtype: FloatDtype,
  values: Float64Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  if (dtype === 'F64') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (dtype === 'F32') return new Uint8Array(new Float32Array(values).buffer);
  return new Uint8Array(encodeHalves(values, dtype === 'F16' ? F16 : BF16).buffer);
}

function encodeHalves(
  values: Float64Array,
  { mantissaBits, bias }: HalfFormat,
): Uint16Array<ArrayBuffer> {
  const one = 2 ** mantissaBits;
  const infinity = (2 * bias + 1) * one;
  const halves = new Uint16Array(values.length);
  const scratch = new Float64Array(1);
  const words = new Uint32Array(scratch.buffer);
  for (let i = 0; i < values.length; i++) {
    scratch[0] = values[i];
    const sign = words[1] >>> 31 ? 0x8000 : 0;
    const size = Math.abs(values[i]);
    // Subnormal numbers have the spacing of the least exponent.
    const exponent = Math.max(((words[1] >>> 20) & 0x7ff) - 1023, 1 - bias);
    if (Number.isNaN(size)) halves[i] = sign | (infinity + one / 2);
    else if (exponent > bias) halves[i] = sign | infinity;
    else {
      // A mantissa rounded up to 2 · one carries into the exponent, which is correct.
      const mantissa = roundToEven(size * 2 ** (mantissaBits - exponent));
      halves[i] = sign | ((exponent + bias - 1) * one + mantissa);
    }
  }
  return halves;
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
