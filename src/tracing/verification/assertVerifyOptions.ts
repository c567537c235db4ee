import { assertNumber } from '../../checks';
import { assertSeed } from '../../runtime';
import type { VerifySpecOptions } from './specVerification';

/** Throws unless the tolerance and the seed of a verification are in range. */
export function assertVerifyOptions({ seed, tolerance }: VerifySpecOptions): void {
  if (seed !== undefined) assertSeed(seed);
  if (tolerance === undefined) return;
  const fits = (value: number) => value >= 0;
  assertNumber('tolerance', tolerance, fits, 'a number ≥ 0', 'Leave it out for 0.001');
}
