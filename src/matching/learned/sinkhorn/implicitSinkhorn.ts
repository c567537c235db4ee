import { type PassLimits, scaleToSums } from './scaleToSums';
import type { Softening } from './softMatrix';

/**
 * Sinkhorn's matrix of exp(X/τ), converged, with its gradient by the implicit function theorem. With H = ∂L/∂P and
 * Z = P ∘ H,
 *
 *     ∂L/∂X = (Z − P ∘ (a 1ᵀ + 1 bᵀ)) / τ,   a = Z1 − P b,   b = Zᵀ1 − Pᵀ a,
 *
 * where rows and columns of P have sum 1. The equations for a and b are iterated as the sums were, and not solved
 * densely: near a permutation they are singular. Each passes' iterations are those of the unrolled gradient.
 *
 * @see Peña et al. 2023, Re-basin via implicit Sinkhorn differentiation (arXiv 2212.12042); Eisenberger et al. 2022
 * (arXiv 2205.06688).
 */
export function implicitSinkhorn(limits: PassLimits): Softening {
  return (logits, n, temperature) => {
    const { matrix } = scaleToSums(
      logits.map((x) => x / temperature),
      n,
      limits,
    );
    return {
      matrix,
      gradient: (upstream) => implicitGradient(matrix, upstream, n, temperature, limits),
    };
  };
}

function implicitGradient(
  p: Float64Array,
  upstream: Float64Array,
  n: number,
  temperature: number,
  { tolerance, passes }: PassLimits,
): Float64Array {
  const z = p.map((value, at) => value * upstream[at]);
  const [ofZ, ofP] = [sumsOf(z, n), sumsOf(p, n)];
  const a = new Float64Array(n);
  const b = new Float64Array(n);
  const scale = z.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let pass = 0; pass < passes; pass++) {
    let change = 0;
    for (let i = 0; i < n; i++) {
      let sum = ofZ.rows[i];
      for (let j = 0; j < n; j++) sum -= p[i * n + j] * b[j];
      const next = sum / ofP.rows[i];
      change = Math.max(change, Math.abs(next - a[i]));
      a[i] = next;
    }
    b.set(ofZ.columns);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) b[j] -= p[i * n + j] * a[i];
    for (let j = 0; j < n; j++) b[j] /= ofP.columns[j];
    if (change <= tolerance * scale) break;
  }
  return z.map((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (value - p[at] * (a[i] + b[j])) / temperature;
  });
}

/** The sums of rows and of columns. */
function sumsOf(matrix: Float64Array, n: number): { rows: Float64Array; columns: Float64Array } {
  const [rows, columns] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      rows[i] += matrix[i * n + j];
      columns[j] += matrix[i * n + j];
    }
  }
  return { rows, columns };
}
