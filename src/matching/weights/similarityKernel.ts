import { type Place, placePositions, placesOn } from '../../symmetry/internal';
import type { Term } from './term';

/**
 * The comparison of units by their weights.
 *
 * - `linear`: the inner product. The objective is S(P) = Σ_w ⟨A_w, (P B)_w⟩.
 * - `cosine`: the inner product of normalised rows: every unit has the same weight in every parameter. The
 *   objective is the sum of the cosines over the parameters, the groups on them and the units. Rows of zeros
 *   stay zeros.
 */
export type SimilarityKernel = 'linear' | 'cosine';

/** The terms under the linear kernel: one for each parameter. */
export function linearTerms(names: readonly string[], places: readonly Place[]): Term[] {
  return names.map((param) => ({
    param,
    places: placesOn(places, param),
    scaling: null,
  }));
}

/** Σ x² over all axes but one, for a parameter of one of two networks: `[shape[axis]]`. */
export type SquaredNorms = (
  network: 'a' | 'b',
  param: string,
  axis: number,
) => Promise<ArrayLike<number>>;

/**
 * The terms under the cosine kernel: one for each place of each parameter, with the units of that
 * place normalised. All groups on the parameter move in all of its terms, so that all steps raise the
 * same objective.
 */
export async function cosineTerms(
  names: readonly string[],
  places: readonly Place[],
  squaredNorms: SquaredNorms,
): Promise<Term[]> {
  const terms: Term[] = [];
  for (const term of linearTerms(names, places)) {
    for (const place of term.places) {
      const scaling = {
        axis: place.axis,
        a: unitScales(await squaredNorms('a', term.param, place.axis), place),
        b: unitScales(await squaredNorms('b', term.param, place.axis), place),
      };
      terms.push({ ...term, scaling });
    }
  }
  return terms;
}

/** 1 / ‖unit‖ at each position of the axis; 0 for a unit of zeros and where the place has no unit. */
export function unitScales(squared: ArrayLike<number>, place: Place): Float32Array {
  const positions = placePositions(place);
  const scales = new Float32Array(squared.length);
  for (let u = 0; u < place.units; u++) {
    const own = positions.subarray(u * place.copies, (u + 1) * place.copies);
    const norm = Math.sqrt(own.reduce((total, position) => total + squared[position], 0));
    for (const position of own) scales[position] = norm > 0 ? 1 / norm : 0;
  }
  return scales;
}
