import type { Permutation } from '../../permutation';

/** Σ_i G[i, p[i]] of a gram, `[n × n]`, row-major. */
export function trace(gram: Float32Array, p: Permutation): number {
  const n = p.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += gram[i * n + p[i]];
  return sum;
}
