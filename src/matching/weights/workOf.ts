import { sizeOf } from '../../params/internal';
import type { Weights } from '../products/weights';
import { appearancesOf } from './signatures/signatureSum';
import { tellingPlaces } from './signatures/tellingPlaces';
import type { Appearance, Term } from './term';

/** The work of reading a value: it takes as long as so many multiplications of a product. */
export const READ = 150;

type Shapes = Pick<Weights, 'shape'>;

/** The work of reading all terms of both networks once. */
export function passWork({ shape }: Shapes, terms: readonly Term[]): number {
  return terms.reduce((sum, { param }) => sum + 2 * READ * sizeOf(shape(param)), 0);
}

/** The work of a group's gram. */
export function gramWork(shapes: Shapes, terms: readonly Term[], group: string): number {
  return appearancesOf(terms, group).reduce((sum, each) => sum + placeWork(shapes, each), 0);
}

/** The work of a group's signatures; sorting a value takes about as long as reading it. */
export function signatureWork(shapes: Weights, terms: readonly Term[], group: string): number {
  return tellingPlaces(shapes, appearancesOf(terms, group)).reduce(
    (sum, each) => sum + placeWork(shapes, each) + passWork(shapes, [each.term]),
    0,
  );
}

/** The work of what a place adds to a gram: n² times the length of its rows, and reading it. */
function placeWork({ shape }: Shapes, { term, place }: Appearance): number {
  const own = shape(term.param);
  const rowLength = (place.copies * sizeOf(own)) / own[place.axis];
  return place.units ** 2 * rowLength + passWork({ shape }, [term]);
}
