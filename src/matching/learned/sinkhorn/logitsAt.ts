import type { Permutations } from '../../../permutation';
import { type RandomSource, randomSource } from '../../../runtime';
import type { ResolvedGroup } from '../../../symmetry/internal';
import type { GroupMatrices } from './softPermutations';

/**
 * Logits of the soft permutations share · Π + (1 − share) · J/n, with Π the matrix of a permutation and J/n the uniform one:
 *
 *     x = τ log(1 + n share / (1 − share))
 *
 * on the entries of the permutation, and 0 elsewhere. Blocks inside a group's units that the permutation of the parent
 * does not pair are uniform.
 *
 * @param groups - Those that are not held.
 */
export function logitsAt(
  groups: readonly ResolvedGroup[],
  permutations: Permutations,
  { share, temperature }: { readonly share: number; readonly temperature: number },
): GroupMatrices {
  return new Map(
    groups.map(({ name, size, inner }) => {
      const logits = new Float64Array(size * size);
      const x = temperature * Math.log(1 + (inner * share) / (1 - share));
      permutations[name].forEach((unit, i) => {
        logits[i * size + unit] = x;
      });
      return [name, logits];
    }),
  );
}

/** Logits with normal noise, of a hundredth of the temperature: the soft permutations are nearly uniform. */
export function noisyLogits(
  groups: readonly ResolvedGroup[],
  { seed, temperature }: { readonly seed: number; readonly temperature: number },
): GroupMatrices {
  const random = randomSource(seed);
  return new Map(
    groups.map(({ name, size }) => [
      name,
      Float64Array.from({ length: size * size }, () => 0.01 * temperature * normal(random)),
    ]),
  );
}

/** A standard normal number (Box & Muller 1958). */
function normal(random: RandomSource): number {
  const [u, v] = [random.below(2 ** 30) + 1, random.below(2 ** 30)];
  return Math.sqrt(-2 * Math.log(u / 2 ** 30)) * Math.cos((2 * Math.PI * v) / 2 ** 30);
}
