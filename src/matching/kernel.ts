import { reshape, square, sum, type Tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Params } from '../params/params';
import { read } from '../read';
import { type Place, placePositions } from '../spec/places';
import type { Term } from './comparison';

/**
 * How units are compared.
 *
 * - `linear`: by inner product. The objective is S(P) = Σ_w ⟨A_w, (P B)_w⟩.
 * - `cosine`: each unit's row of a parameter is normalised first, so that every unit weighs the same
 *   in every parameter. The objective is the sum of the cosines, over the parameters, the groups on
 *   them and the units. Rows of zeros stay zeros.
 */
export type SimilarityKernel = 'linear' | 'cosine';

/** The terms under the linear kernel: one for each parameter. */
export function linearTerms(names: readonly string[], places: readonly Place[]): Term[] {
  return names.map((param) => ({
    param,
    places: places.filter((place) => place.param === param),
    scaling: null,
  }));
}

/**
 * The terms under the cosine kernel: one for each place of each parameter, with the units of that
 * place normalised. A step of any group on the parameter counts in all of its terms, so that all
 * steps raise one and the same objective.
 */
export async function cosineTerms(
  a: Params,
  b: Params,
  names: readonly string[],
  places: readonly Place[],
): Promise<Term[]> {
  const terms: Term[] = [];
  for (const term of linearTerms(names, places)) {
    for (const place of term.places) {
      const scaling = {
        axis: place.axis,
        a: await unitScales(a[term.param], place),
        b: await unitScales(b[term.param], place),
      };
      terms.push({ ...term, scaling });
    }
  }
  return terms;
}

/** One over the norm of the unit at each position of the axis; 0 where the place has no unit. */
async function unitScales(x: Tensor, place: Place): Promise<Float32Array> {
  const values = await squaredNorms(x, place.axis);
  const positions = placePositions(place);
  const scales = new Float32Array(values.length);
  for (let u = 0; u < place.units; u++) {
    const own = positions.subarray(u * place.copies, (u + 1) * place.copies);
    const norm = Math.sqrt(own.reduce((total, position) => total + values[position], 0));
    for (const position of own) scales[position] = norm > 0 ? 1 / norm : 0;
  }
  return scales;
}

/** Σ x² over all axes but one. */
async function squaredNorms(x: Tensor, axis: number): Promise<Float32Array> {
  const result = tidy(() => {
    const others = Array.from({ length: x.rank }, (_, i) => i).filter((i) => i !== axis);
    return sum(reshape(square(transpose(x, [axis, ...others])), [x.shape[axis], -1]), 1);
  });
  try {
    return await read(result);
  } finally {
    result.dispose();
  }
}
