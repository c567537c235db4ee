import { assertChoice, assertInteger, assertNumber, assertObject } from '../../checks';
import { invalid } from '../../errors';
import { assertSeed } from '../../runtime';
import { assertInexact } from '../units/assertInexact';
import type { FoldOptions } from './foldOptions';

/** Throws unless the options of a fold are in range. */
export function assertFoldOptions(options: FoldOptions): void {
  const { sizes, ratio, allocate, method, variance, epsilon, inexact, restarts, seed } = options;
  if (sizes === undefined && ratio === undefined) {
    throw invalid(
      'neither sizes nor ratio is given',
      'Pass { ratio: 0.5 } for half the units of every group, or { sizes: { h: 32 } }',
      { param: 'sizes' },
    );
  }
  if (sizes !== undefined) {
    assertObject('sizes', sizes, 'Pass the number of units of groups, such as { h: 32 }');
  }
  if (ratio !== undefined) {
    const isShare = (value: number) => value > 0 && value <= 1;
    assertNumber(
      'ratio',
      ratio,
      isShare,
      'a number above 0 and at most 1',
      'Pass 0.5 for half the units',
    );
  }
  assertChoice('allocate', allocate, ['error', 'equal']);
  assertChoice('method', method, ['pairs', 'k-means']);
  assertChoice('variance', variance, ['norms', 'all', 'none']);
  assertNumber(
    'epsilon',
    epsilon,
    (value) => value >= 0 && value < 1,
    'a number from 0 to below 1',
    'Leave it out for 1e-5',
  );
  assertInexact(inexact);
  assertInteger('restarts', restarts, 1);
  assertSeed(seed!);
}
