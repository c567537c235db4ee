/**
 * The exponent p of t ≈ c·nᵖ by least squares in log-log, with x = log n and y = log t:
 *
 *     p = Σ (x − x̄)(y − ȳ) / Σ (x − x̄)²
 */
export function fittedExponent(sizes: readonly number[], times: readonly number[]): number {
  const x = centred(sizes.map(Math.log));
  const y = centred(times.map(Math.log));
  return dot(x, y) / dot(x, x);
}

/** The exponent over all sizes, and over the larger half of them, where fixed costs matter less. */
export function describeExponents(sizes: readonly number[], times: readonly number[]): string {
  const half = Math.floor(sizes.length / 2);
  const upper = fittedExponent(sizes.slice(half), times.slice(half)).toFixed(2);
  const all = fittedExponent(sizes, times).toFixed(2);
  return `exponent ${upper} from ${sizes[half]} on, ${all} over all`;
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
