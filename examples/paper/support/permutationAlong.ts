import { composePermutations, type Permutations } from 'perm-lmc';

/**
 * The permutation of the last network of a path onto the first: P₀₁ ∘ P₁₂ ∘ … ∘ P₍ₖ₋₁₎ₖ, which moves the last
 * network onto its neighbour, the result onto the next one, and so on.
 *
 * @param steps - For each network of the path and the next, the permutation of the next one onto it: [k].
 */
export function permutationAlong(steps: readonly Permutations[]): Permutations {
  return steps.reduceRight((further, step) => composePermutations(further, step));
}
