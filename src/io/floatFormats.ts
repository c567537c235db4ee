/**
 * A format of floats of 8 or 16 bits. A code is the bits of an element without its sign; the codes of numbers ascend
 * with the numbers. E8M0 is no such format: it has powers of two alone.
 */
export interface FloatFormat {
  readonly bits: 8 | 16;
  readonly mantissaBits: number;
  readonly bias: number;
  /** The code of the greatest number. */
  readonly greatest: number;
  /** The bits of infinity; null for a format without infinities. */
  readonly infinity: number | null;
  /** The bits of the NaN that is written. */
  readonly nan: number;
  /** True if there is a −0. The formats with FNUZ in their name have their one NaN in its place. */
  readonly hasMinusZero: boolean;
}

/** The formats of floats of 8 and 16 bits, by their stored types. */
export const floatFormats = {
  F16: { ...widths(16, 10), bias: 15, greatest: 0x7bff, ...ieee(0x7c00, 0x7e00) },
  BF16: { ...widths(16, 7), bias: 127, greatest: 0x7f7f, ...ieee(0x7f80, 0x7fc0) },
  F8_E5M2: { ...widths(8, 2), bias: 15, greatest: 0x7b, ...ieee(0x7c, 0x7e) },
  // No infinity. The codes 0x7f and 0xff are NaN.
  F8_E4M3: { ...widths(8, 3), bias: 7, greatest: 0x7e, ...ieee(null, 0x7f) },
  F8_E5M2FNUZ: { ...widths(8, 2), bias: 16, greatest: 0x7f, ...fnuz() },
  F8_E4M3FNUZ: { ...widths(8, 3), bias: 8, greatest: 0x7f, ...fnuz() },
} satisfies Record<string, FloatFormat>;

function widths(bits: 8 | 16, mantissaBits: number) {
  return { bits, mantissaBits };
}

function ieee(infinity: number | null, nan: number) {
  return { infinity, nan, hasMinusZero: true };
}

/** Finite, one NaN, and zero without a sign. */
function fnuz() {
  return { infinity: null, nan: 0x80, hasMinusZero: false };
}
