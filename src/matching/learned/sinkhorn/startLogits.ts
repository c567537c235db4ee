import type { Permutations } from '../../../permutation';
import { type RandomSource, randomSource } from '../../../runtime';
import type { ResolvedGroup } from '../../../symmetry/internal';
import type { GroupMatrices } from './softPermutations';

/**
 * Logits at which the soft permutations are near hard ones: x on the entries of the permutations and 0 elsewhere, with
 *
 *     x = τ log((n − 1) share / (1 − share)),
 *
 * so that Sinkhorn's matrix has `share` on them. Blocks inside a group's units that the permutation of the parent does
 * not pair have 0 alone.
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
      const x = inner > 1 ? temperature * Math.log(((inner - 1) * share) / (1 - share)) : 0;
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
