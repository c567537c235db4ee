import { fillExponentials, normaliseColumns, normaliseRows } from './scaleToSums';
import type { Softening } from './softMatrix';

/**
 * A number of passes of Sinkhorn's algorithm over exp(X/τ), from potentials of zero, with the gradient through each
 * pass. P is what the passes reach; where they have not converged its columns alone have sum 1, and the gradient is
 * that of this P. It keeps 2·passes·n numbers.
 */
export function unrolledSinkhorn(passes: number): Softening {
  return (logits, n, temperature) => {
    const x = logits.map((value) => value / temperature);
    const course = [{ u: new Float64Array(n), v: new Float64Array(n) }];
    for (let pass = 0; pass < passes; pass++) {
      const [u, v] = [new Float64Array(n), new Float64Array(n)];
      normaliseRows(x, n, u, course[pass].v);
      normaliseColumns(x, n, u, v);
      course.push({ u, v });
    }
    const matrix = new Float64Array(n * n);
    fillExponentials(matrix, x, n, course[passes].u, course[passes].v);
    return {
      matrix,
      gradient: (upstream) =>
        unrolledGradient(x, matrix, upstream, n, course).map((g) => g / temperature),
    };
  };
}

/** The potentials after a pass. */
interface Potentials {
  readonly u: Float64Array;
  readonly v: Float64Array;
}

/**
 * The gradient by X/τ, from the last pass to the first. ∂v_j/∂(X_ij + u_i) is −C_ij, with C = exp(X + u 1ᵀ + 1 vᵀ), and
 * ∂u_i/∂(X_ij + v_j) is −R_ij, with the same of the v before.
 */
function unrolledGradient(
  x: Float64Array,
  p: Float64Array,
  upstream: Float64Array,
  n: number,
  course: readonly Potentials[],
): Float64Array {
  const gradient = p.map((value, at) => value * upstream[at]);
  const ofU = new Float64Array(n);
  const ofV = new Float64Array(n);
  for (let at = 0; at < n * n; at++) {
    ofU[Math.floor(at / n)] += gradient[at];
    ofV[at % n] += gradient[at];
  }
  const normalised = new Float64Array(n * n);
  for (let pass = course.length - 1; pass > 0; pass--) {
    const { u, v } = course[pass];
    fillExponentials(normalised, x, n, u, v);
    for (let at = 0; at < n * n; at++) {
      const flow = normalised[at] * ofV[at % n];
      gradient[at] -= flow;
      ofU[Math.floor(at / n)] -= flow;
    }
    ofV.fill(0);
    fillExponentials(normalised, x, n, u, course[pass - 1].v);
    for (let at = 0; at < n * n; at++) {
      const flow = normalised[at] * ofU[Math.floor(at / n)];
      gradient[at] -= flow;
      ofV[at % n] -= flow;
    }
    ofU.fill(0);
  }
  return gradient;
}
