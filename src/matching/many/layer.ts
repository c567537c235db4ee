import { type Place, placesOn } from '../../symmetry/internal';
import type { SimilarityKernel } from '../weights/similarityKernel';
import type { Term } from '../weights/term';

/**
 * A term of the objective with values of its own, so that it can be added up over networks: a parameter, or under
 * the cosine kernel a parameter with the units of one of its places normalised in each network.
 */
export interface Layer {
  /** The name of the parameter, or another that no parameter has. */
  readonly name: string;
  readonly param: string;
  /** All places of groups on the parameter. */
  readonly places: readonly Place[];
  /** The place whose units are normalised; null for the values as they are. */
  readonly unit: Place | null;
}

/** The layers of the objective under a kernel. */
export function layersOf(
  names: readonly string[],
  places: readonly Place[],
  kernel: SimilarityKernel,
): Layer[] {
  return names.flatMap((param): Layer[] => {
    const own = placesOn(places, param);
    if (kernel === 'linear') return [{ name: param, param, places: own, unit: null }];
    return own.map((unit, i) => ({ name: `${param}\0${i}`, param, places: own, unit }));
  });
}

/** The terms of layers: products of their own values. */
export function termsOf(layers: readonly Layer[]): Term[] {
  return layers.map(({ name, places }) => ({ param: name, places, scaling: null }));
}
