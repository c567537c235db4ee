import { invalid } from '../errors';
import type { Params } from '../params';
import { assertComparable } from '../params/internal';

/** Throws unless there is a parent, and all are comparable with the merged network. */
export function assertParents(merged: Params, parents: readonly Params[]): void {
  if (!Array.isArray(parents) || parents.length === 0) {
    const received = Array.isArray(parents) ? 'an empty one' : typeof parents;
    throw invalid(
      `parents must be an array of networks, received ${received}`,
      'Pass the networks that were merged, or use resetBatchNorm, which needs no parents',
      { param: 'parents', received: Array.isArray(parents) ? parents.length : typeof parents },
    );
  }
  for (const [i, parent] of parents.entries()) {
    assertComparable(merged, parent, ['merged', `parents[${i}]`]);
  }
}
