import { sizeOf } from '../../params/internal';
import type { Weights } from '../products/weights';
import { appearancesOf } from './appearancesOf';
import { passWork } from './passWork';
import type { Appearance, Term } from './term';

/** The work of a group's gram, in multiplications. */
export function gramWork(weights: Weights, terms: readonly Term[], group: string): number {
  return appearancesOf(terms, group).reduce((sum, each) => sum + placeWork(weights, each), 0);
}

/** The work of what a place adds to a gram: n² times the length of its rows, and reading both factors. */
export function placeWork(weights: Weights, { term, place }: Appearance): number {
  const shape = weights.shape(term.param);
  const rowLength = (place.copies * sizeOf(shape)) / shape[place.axis];
  return place.units ** 2 * rowLength + passWork(weights, [term]);
}
