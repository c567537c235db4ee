/** When the passes of {@link scaleToSums} end. */
export interface PassLimits {
  /** The greatest difference of a row's sum from 1. */
  readonly tolerance: number;
  /** The most passes. */
  readonly passes: number;
}

/** A matrix exp(X + u 1ᵀ + 1 vᵀ) with columns of sum 1 and rows of about that sum. */
export interface ScaledMatrix {
  /** `[n × n]`, row-major. */
  readonly matrix: Float64Array;
  /** u, `[n]`. */
  readonly rows: Float64Array;
  /** v, `[n]`: what the next temperature can start from. */
  readonly columns: Float64Array;
  /** The passes made. */
  readonly passes: number;
}

/** Factors beyond this are taken into the potentials, before they overflow. */
const MOST_FACTOR = 1e100;

/**
 * The algorithm of Sinkhorn & Knopp in the log domain. A pass normalises rows, then columns:
 *
 *     u_i = −log Σ_j exp(X_ij + v_j),   v_j = −log Σ_i exp(X_ij + u_i).
 *
 * Exponentials are computed once and multiplied by factors, r_i = 1 / (K s)_i and s_j = 1 / (Kᵀ r)_j with
 * K = exp(X + u 1ᵀ + 1 vᵀ). Where a factor grows too large, u and v absorb the factors, and a pass of logarithms
 * begins anew.
 *
 * @param logits - X, `[n × n]`, row-major.
 * @param columns - v to begin with, `[n]`.
 * @see Schmitzer 2019, Stabilized sparse scaling algorithms (arXiv 1610.06519).
 */
export function scaleToSums(
  logits: Float64Array,
  n: number,
  { tolerance, passes: most }: PassLimits,
  columns = new Float64Array(n),
): ScaledMatrix {
  const u = new Float64Array(n);
  const v = columns.slice();
  const matrix = new Float64Array(n * n);
  let passes = 0;
  for (;;) {
    normaliseRows(logits, n, u, v);
    normaliseColumns(logits, n, u, v);
    passes++;
    fillExponentials(matrix, logits, n, u, v);
    const { r, s, made, overflows } = multiply(matrix, n, tolerance, most - passes);
    passes += made;
    for (let i = 0; i < n; i++) {
      u[i] += Math.log(r[i]);
      v[i] += Math.log(s[i]);
    }
    if (overflows && passes < most) continue;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] *= r[i] * s[j];
    return { matrix, rows: u, columns: v, passes };
  }
}

/** u_i = −log Σ_j exp(X_ij + v_j). */
export function normaliseRows(x: Float64Array, n: number, u: Float64Array, v: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < n; j++) most = Math.max(most, x[i * n + j] + v[j]);
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.exp(x[i * n + j] + v[j] - most);
    u[i] = -most - Math.log(sum);
  }
}

/** v_j = −log Σ_i exp(X_ij + u_i). */
export function normaliseColumns(
  x: Float64Array,
  n: number,
  u: Float64Array,
  v: Float64Array,
): void {
  const most = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) most[j] = Math.max(most[j], x[i * n + j] + u[i]);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) sums[j] += Math.exp(x[i * n + j] + u[i] - most[j]);
  }
  for (let j = 0; j < n; j++) v[j] = -most[j] - Math.log(sums[j]);
}

/** exp(X_ij + u_i + v_j). */
export function fillExponentials(
  matrix: Float64Array,
  x: Float64Array,
  n: number,
  u: Float64Array,
  v: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = Math.exp(x[i * n + j] + u[i] + v[j]);
  }
}

/** Passes over K by factors alone, until the rows of diag(r) K diag(s) have sum 1 or a factor is too large. */
function multiply(k: Float64Array, n: number, tolerance: number, most: number) {
  const [r, s] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)];
  const sums = new Float64Array(n);
  for (let made = 0; ; made++) {
    let error = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      sums[i] = 0;
      for (let j = 0; j < n; j++) sums[i] += k[i * n + j] * s[j];
      error = Math.max(error, Math.abs(r[i] * sums[i] - 1));
      least = Math.min(least, sums[i]);
    }
    const overflows = least * MOST_FACTOR < 1;
    if (error <= tolerance || made >= most || overflows) return { r, s, made, overflows };
    for (let i = 0; i < n; i++) r[i] = 1 / sums[i];
    sums.fill(0);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sums[j] += k[i * n + j] * r[i];
    for (let j = 0; j < n; j++) s[j] = 1 / sums[j];
  }
}
