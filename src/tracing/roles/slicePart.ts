import type { StridedRange } from '../labels/rules/stridedRanges';
import { lengthOf, type Part } from './part';

/**
 * The part of a tensor that is in ranges of its axes; null if it is not in them, undefined if it is no run of digits.
 *
 * @param ranges - One for each axis; null for a whole axis.
 */
export function slicePart(
  part: Part,
  ranges: readonly (StridedRange | null)[],
): Part | null | undefined {
  const base = [...part.base];
  const axes: Part['axes'][number][] = [];
  for (const [axis, range] of ranges.entries()) {
    const own = part.axes[axis];
    const { start, digits } = own;
    if (range === null || (digits.length === 0 && start === 0)) {
      axes.push(own);
      continue;
    }
    const length = lengthOf(own);
    const last = range.begin + (range.count - 1) * range.step;
    const [low, high] = [Math.min(range.begin, last), Math.max(range.begin, last)];
    if (high < start || low >= start + length) return null;
    if (low <= start && high >= start + length - 1 && range.step === 1) {
      axes.push({ start: start - low, digits });
      continue;
    }
    const inside = low >= start && high < start + length;
    const narrowed = inside ? narrow(own.digits, range.begin - start, range) : undefined;
    if (!narrowed) return undefined;
    for (const { axis: at, by } of narrowed.moved) base[at] += by;
    axes.push({ start: 0, digits: narrowed.digits });
  }
  return { ...part, base, axes };
}

type Digits = Part['axes'][number]['digits'];

interface Narrowed {
  readonly digits: Digits;
  /** Steps on axes of the parameter. */
  readonly moved: readonly { readonly axis: number; readonly by: number }[];
}

/** The digits of a range of their product, and the steps to its first position; undefined if it is none. */
function narrow(
  digits: Digits,
  first: number,
  { count, step }: StridedRange,
): Narrowed | undefined {
  const inner = digits.slice(1).reduce((product, digit) => product * digit.count, 1);
  const [outer, ...rest] = digits;
  // Whole blocks of the inner digits, one block's inside, or steps of the only digit.
  if (rest.length === 0 || (step === 1 && first % inner === 0 && count % inner === 0)) {
    const at = first / inner;
    const moved = [{ axis: outer.axis, by: at * outer.stride }];
    const own = { ...outer, count: count / inner, stride: outer.stride * step };
    return { moved, digits: [own, ...rest] };
  }
  const block = Math.floor(first / inner);
  if (Math.floor((first + (count - 1) * step) / inner) !== block) return undefined;
  const inside = narrow(rest, first - block * inner, { begin: 0, count, step });
  if (!inside) return undefined;
  const moved = [{ axis: outer.axis, by: block * outer.stride }, ...inside.moved];
  return { moved, digits: inside.digits };
}
