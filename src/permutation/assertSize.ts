import { assertInteger } from '../checks';

/** Throws unless n is an integer ≥ 0. */
export function assertSize(n: number): void {
  assertInteger('the number of units', n, 0, 'Pass a size such as 64');
}
