import type { Permutation } from '../../../permutation';
import { isSame } from '../term';
import { trace } from '../trace';

/**
 * A doubly stochastic matrix P, n × n, as a mixture of permutation matrices and of the uniform matrix J/n, in
 * which every entry is 1/n. It takes n numbers for each permutation in place of n².
 */
export interface SoftPermutation {
  readonly uniform: number;
  readonly vertices: readonly Vertex[];
}

/** A permutation of a mixture and its weight. */
interface Vertex {
  readonly weight: number;
  readonly permutation: Permutation;
}

/** The mixture (1 − t) P + t Q. Equal permutations are listed once. */
export function movedTowards(
  { uniform, vertices }: SoftPermutation,
  permutation: Permutation,
  t: number,
): SoftPermutation {
  if (t === 1) return { uniform: 0, vertices: [{ weight: 1, permutation }] };
  const kept = vertices.map((vertex) => ({ ...vertex, weight: (1 - t) * vertex.weight }));
  const same = kept.find((vertex) => isSame(vertex.permutation, permutation));
  const others = kept.filter((vertex) => vertex !== same);
  return {
    uniform: (1 - t) * uniform,
    vertices: [...others, { weight: t + (same?.weight ?? 0), permutation }],
  };
}

/** ⟨G, P⟩ for a gram G, `[n × n]`, row-major. */
export function softTrace(gram: Float32Array, { uniform, vertices }: SoftPermutation): number {
  let total = 0;
  for (const { weight, permutation } of vertices) total += weight * trace(gram, permutation);
  if (uniform === 0) return total;
  let sum = 0;
  for (let at = 0; at < gram.length; at++) sum += gram[at];
  return total + (uniform * sum) / Math.sqrt(gram.length);
}
