import { invalid } from '../../errors';
import type { ForwardPass } from './forwardPass';

/** Throws unless some output value is finite. */
export function assertTelling(pass: ForwardPass): void {
  if (pass.flat().some(({ values }) => Array.prototype.some.call(values, Number.isFinite))) return;
  throw invalid(
    'forward returned no finite number, so there is nothing to compare',
    'Look for an overflow in the params or the input, or pass an input with values of the usual range',
    { param: 'forward' },
  );
}

/** Throws unless a second pass gives the values of the first, within `tolerance` times each output's range. */
export function assertRepeated(before: ForwardPass, again: ForwardPass, tolerance: number): void {
  const isRepeated = before.every((outputs, input) =>
    outputs.every(({ name, values }) => {
      const other = again[input].find((each) => each.name === name);
      return isSame(values, other?.values ?? [], tolerance);
    }),
  );
  if (isRepeated) return;
  throw invalid(
    'forward returned other values the second time for the same params and input',
    'Run it in inference mode (training = false, no dropout): it draws random numbers or keeps a state',
    { param: 'forward' },
  );
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): boolean {
  if (a.length !== b.length) return false;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i])) continue;
    low = Math.min(low, a[i]);
    high = Math.max(high, a[i]);
  }
  const within = tolerance * (high - low) + 2 ** -17 * Math.max(Math.abs(low), Math.abs(high));
  for (let i = 0; i < a.length; i++) {
    if (!Object.is(a[i], b[i]) && !(Math.abs(a[i] - b[i]) <= within)) return false;
  }
  return true;
}
