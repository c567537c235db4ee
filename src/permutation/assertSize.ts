import { assertInteger } from '../checks';

/** The most units of a permutation that is made, 1 GiB. */
const MOST_UNITS = 2 ** 28;

/** Throws unless the argument `n`, a number of units, is an integer in 0 … 2²⁸. */
export function assertSize(n: number): void {
  assertInteger('n', n, 0, 'Pass a size such as 64', MOST_UNITS);
}
