import { add, matMul, reshape, type Tensor2D, tidy, transpose, zeros } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import { unitMatrix } from '../../matching/internal';
import type { Params } from '../../params';
import { readAndDispose } from '../../runtime';
import type { Place, ResolvedSpec } from '../../symmetry/internal';
import { toView } from '../../symmetry/internal';
import type { UnitGrams } from './clustering';
import { groupsInside } from './groupsInside';

/**
 * The inner products of a group's units: over the values of all producers, and over those of all consumers. The values
 * of groups inside it count for the units that they are inside of.
 *
 * @throws InvalidInputError when a product is not finite.
 */
export async function unitGrams(
  resolved: ResolvedSpec,
  params: Params,
  group: string,
): Promise<UnitGrams> {
  const { size: units } = resolved.groups.find(({ name }) => name === group)!;
  const inside = groupsInside(resolved, group);
  const places = resolved.places.filter((place) => inside.has(place.group));
  const [producers, consumers] = (['producer', 'consumer'] as const).map((role) =>
    tidy(() =>
      places
        .filter((place) => place.role === role && params[place.param].dtype === 'float32')
        .map((place) => gramOf(resolved, params, place, units))
        .reduce((sum, each) => add(sum, each), zeros([units, units]) as Tensor2D),
    ),
  );
  try {
    const grams = {
      units,
      producers: Float64Array.from(await readAndDispose(producers)),
      consumers: Float64Array.from(await readAndDispose(consumers)),
    };
    if ([grams.producers, grams.consumers].some((gram) => !gram.every(Number.isFinite))) {
      throw invalid(
        `the products of the weights of group '${group}' overflow float32`,
        'Check whether the training diverged',
        { param: group },
      );
    }
    return grams;
  } finally {
    producers.dispose();
    consumers.dispose();
  }
}

function gramOf({ views }: ResolvedSpec, params: Params, place: Place, units: number): Tensor2D {
  const viewed = toView(params[place.param], views.get(place.param)!);
  const rows = reshape(unitMatrix(viewed, place), [units, -1]) as Tensor2D;
  return matMul(rows, transpose(rows) as Tensor2D); // transposeB is slow on wasm
}
