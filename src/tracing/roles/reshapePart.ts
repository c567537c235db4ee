import { matchingBlocks } from '../labels/rules/matchingBlocks';
import { type Digit, lengthOf, type Part, type PartAxis } from './part';

/** The part of a tensor after a reshape; undefined if it is no product of digits there. */
export function reshapePart(
  part: Part,
  before: readonly number[],
  after: readonly number[],
): Part | undefined {
  const axes: PartAxis[] = after.map(() => ({ start: 0, digits: [] }));
  for (const { from, to } of matchingBlocks(before, after)) {
    const own = from.map((axis) => part.axes[axis]);
    if (own.every(({ start, digits }) => start === 0 && digits.length === 0)) continue;
    const moved = reshapeBlock(
      own,
      from.map((axis) => before[axis]),
      to.map((axis) => after[axis]),
    );
    if (!moved) return undefined;
    to.forEach((axis, k) => {
      axes[axis] = moved[k];
    });
  }
  return { ...part, axes };
}

/** The axes of a block, divided anew. A block that the part does not fill is divided at its first axis alone. */
function reshapeBlock(
  axes: readonly PartAxis[],
  before: readonly number[],
  after: readonly number[],
): PartAxis[] | undefined {
  const filled = axes.map((own, k) => fill(own, before[k]));
  const digits = filled.flatMap((own) => own.digits);
  const isWhole = filled.every((own, k) => own.start === 0 && lengthOf(own) === before[k]);
  if (isWhole) {
    const divided = divide(digits, after);
    return divided?.map((each) => ({ start: 0, digits: each }));
  }
  const [first, ...others] = filled;
  if (!others.every((own, k) => lengthOf(own) === before[k + 1])) return undefined;
  const block = others.reduce((product, own) => product * lengthOf(own), 1);
  const inner = after.slice(1).reduce((product, size) => product * size, 1);
  const [start, length] = [first.start * block, lengthOf(first) * block];
  if (start % inner !== 0 || length % inner !== 0) return undefined;
  const divided = divide(digits, [length / inner, ...after.slice(1)]);
  return divided?.map((each, k) => ({ start: k === 0 ? start / inner : 0, digits: each }));
}

/** An axis without digits as one with a digit of repeats. */
function fill(own: PartAxis, size: number): PartAxis {
  if (own.digits.length > 0 || own.start > 0 || size === 1) return own;
  return { start: 0, digits: [{ axis: 0, count: size, stride: 0, linear: true }] };
}

/** A product of digits as products of these sizes; undefined if a digit would be torn. */
function divide(digits: readonly Digit[], sizes: readonly number[]): Digit[][] | undefined {
  const left = [...digits];
  const divided: Digit[][] = [];
  for (const size of sizes.toReversed()) {
    const own: Digit[] = [];
    for (let open = size; open > 1; ) {
      const digit = left.pop();
      if (!digit) return undefined;
      if (open % digit.count === 0) {
        own.unshift(digit);
        open /= digit.count;
      } else if (digit.count % open === 0) {
        own.unshift({ ...digit, count: open });
        left.push({ ...digit, count: digit.count / open, stride: digit.stride * open });
        open = 1;
      } else return undefined;
    }
    divided.unshift(own);
  }
  return divided;
}
