/** A number in as many digits as it has, up to six. */
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

/** Digits before the point in groups of three, where there are more than four. */
export function grouped(digits: string): string {
  return digits.replace(/\d{5,}(?=\D|$)/, (whole, at) =>
    digits.slice(0, at).includes('.') ? whole : whole.replace(/\B(?=(?:\d{3})+$)/g, '\u00a0'),
  );
}

/** Two digits, more where they stand before the point, fewer where three decimals hold no more. */
export function inTwoDigits(value: number): string {
  const size = Math.abs(value);
  const digits =
    size >= 100 || size < 0.01 ? value.toFixed(size >= 100 ? 0 : 3) : value.toPrecision(2);
  return digits.replace(/^-(?=0\.?0*$)/, '').replace('-', '−');
}

/** A number in three digits, for a sentence. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)) + 0).replace('-', '−');
}
