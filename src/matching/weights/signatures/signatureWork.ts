import type { Weights } from '../../products/weights';
import { appearancesOf } from '../appearancesOf';
import { placeWork } from '../gramWork';
import { passWork } from '../passWork';
import type { Term } from '../term';
import { tellingPlaces } from './tellingPlaces';

/** The work of a group's signatures, in multiplications. To sort a value takes about as long as to read it. */
export function signatureWork(weights: Weights, terms: readonly Term[], group: string): number {
  return tellingPlaces(weights, appearancesOf(terms, group)).reduce(
    (sum, each) => sum + placeWork(weights, each) + passWork(weights, [each.term]),
    0,
  );
}
