import {
  assertChoice,
  assertInteger,
  assertNames,
  assertNumber,
  assertObject,
  listNames,
} from '../../checks';
import { invalid } from '../../errors';
import { assertSeed } from '../../runtime';
import { JOINT_USES } from '../../symmetry/internal';
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
  assertUses(inexact);
  assertInteger('restarts', restarts, 1);
  assertSeed(seed!);
}

/** Throws unless the option is a list of joint uses. */
function assertUses(inexact: unknown): void {
  const remedy = `List some of ${listNames(JOINT_USES, JOINT_USES.length)}, or leave it out`;
  assertNames('inexact', inexact, remedy);
  const unknown = inexact.find((use) => !(JOINT_USES as readonly string[]).includes(use));
  if (unknown === undefined) return;
  throw invalid(`inexact names '${unknown}', which is no joint use`, remedy, {
    param: 'inexact',
    received: unknown,
  });
}
