import { sizeOf } from '../../../params/internal';
import type { Weights } from '../../products/weights';
import type { Appearance } from '../term';

/** The fewest values of a unit that make its signature, if it has as many. */
const ENOUGH_VALUES = 2048;

/**
 * The places to compare: those at which no other group moves values, then others, until a unit has enough values.
 */
export function tellingPlaces(weights: Weights, appearances: readonly Appearance[]): Appearance[] {
  const chosen: Appearance[] = [];
  let values = 0;
  const isAlone = ({ term }: Appearance) => term.places.length === 1;
  const order = [
    ...appearances.filter(isAlone),
    ...appearances.filter((appearance) => !isAlone(appearance)),
  ];
  for (const appearance of order) {
    if (values >= ENOUGH_VALUES) break;
    const { term, place } = appearance;
    const shape = weights.shape(term.param);
    values += (sizeOf(shape) / shape[place.axis]) * place.copies;
    chosen.push(appearance);
  }
  return chosen;
}
