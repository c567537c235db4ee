import { invalid } from '../errors';

/** Throws unless n is an integer ≥ 0. */
export function assertSize(n: number): void {
  if (!Number.isInteger(n) || n < 0) {
    throw invalid(
      `the number of units must be an integer ≥ 0, received ${n}`,
      'Pass a size such as 64',
    );
  }
}
