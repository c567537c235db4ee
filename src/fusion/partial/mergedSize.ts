import { isRecord, kindOf, shown } from '../../checks';
import { invalid } from '../../errors';

/**
 * The number of units of each group after a merge: `'max'`, that of the wider network; `'sum'`, that of both together;
 * a number t in [0, 1], max + t·min; or a number for some groups by name, with max for the others. The size of a group
 * inside another is its number over all units of the other.
 */
export type MergedSize = 'max' | 'sum' | number | Readonly<Record<string, number>>;

/** Throws unless `size` is of the type. Names and numbers of a record are checked with the groups. */
export function assertMergedSize(size: unknown): asserts size is MergedSize {
  if (size === 'max' || size === 'sum' || isRecord(size)) return;
  if (typeof size === 'number' && size >= 0 && size <= 1) return;
  throw invalid(
    `size must be 'max', 'sum', a number in [0, 1] or sizes by group, received ${typeof size === 'object' ? kindOf(size) : shown(size)}`,
    "Leave it out for 'max'; 0 is 'max' and 1 is 'sum'",
    { param: 'size', received: size },
  );
}
