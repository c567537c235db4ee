import { isVariance, type Shapes } from '../../params/internal';
import { type RandomSource, randomSource } from '../../runtime';
import { placesOn, type ResolvedSpec } from '../../symmetry/internal';
import type { EmbeddingTarget } from '../embed/embedParams';
import type { WidenedGroup } from './planWidening';

/**
 * Writes the producers of new units: 1 for the variances and gains of batch norms, random numbers for kernels if there
 * is a seed, zeros for all others, and for units that are read together.
 *
 * @param shapes - Those of the wider network.
 */
export function newProducers(
  shapes: Shapes,
  { places }: ResolvedSpec,
  plan: ReadonlyMap<string, WidenedGroup>,
  seed: number | null,
): EmbeddingTarget['fill'] {
  const names = Object.keys(shapes);
  const ones = new Set(names.filter(isVariance).flatMap((name) => [name, gainBeside(name)]));
  return (param, values, own) => {
    if (ones.has(param)) values.fill(1);
    const isKernel = shapes[param].length > 1 && values instanceof Float32Array;
    const producers = placesOn(places, param).filter(({ role }) => role === 'producer');
    if (seed === null || !isKernel || producers.some(({ group }) => plan.get(group)!.needsZeros)) {
      return;
    }
    const spread = Math.sqrt(3 * meanSquare(own));
    const random = randomSource(seed, names.indexOf(param));
    for (let i = 0; i < values.length; i++) values[i] = spread * uniform(random);
  };
}

/** The name of the gain of a batch norm with this variance. */
function gainBeside(variance: string): string {
  return variance.replace(/moving_variance/, 'gamma').replace(/running_var/, 'weight');
}

function meanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return values.length === 0 ? 0 : sum / values.length;
}

/** A uniform random number in [−1, 1). */
function uniform(random: RandomSource): number {
  return random.below(2 ** 24) / 2 ** 23 - 1;
}
