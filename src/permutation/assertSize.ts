import { assertInteger } from '../checks';

/** Throws unless the argument `n`, a number of units, is an integer ≥ 0. */
export function assertSize(n: number): void {
  assertInteger('n', n, 0, 'Pass a size such as 64');
}
