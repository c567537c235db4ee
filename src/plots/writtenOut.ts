/** A number with all its digits, rounded to six. Very small and very large numbers have an exponent. */
export function writtenOut(value: number): string {
  const [size, minus] = [Math.abs(value), value < 0 ? '−' : ''];
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    return (
      minus +
      String(size.toExponential(2))
        .replace(/\.?0*e\+?/, 'e')
        .replace('-', '−')
    );
  }
  return minus + grouped(String(Number(size.toPrecision(6))));
}

/** Digits with those before the point in groups of three, if there are more than four. */
export function grouped(digits: string): string {
  return digits.replace(/\d{5,}(?=\D|$)/, (whole, at) =>
    digits.slice(0, at).includes('.') ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, '\u00a0'),
  );
}

/** A number with two significant digits, all digits before the point and at most three decimals. */
export function inTwoDigits(value: number): string {
  const size = Math.abs(value);
  const digits =
    size >= 100 || size < 0.01 ? value.toFixed(size >= 100 ? 0 : 3) : value.toPrecision(2);
  return digits.replace(/^-(?=0\.?0*$)/, '').replace('-', '−');
}

/** A number rounded to three significant digits, for a sentence. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)) + 0).replace('-', '−');
}
