import { assertInteger } from '../checks';
import { invalid } from '../errors';
import type { NetworkSource } from './networkSource';

/** Throws unless there are two sequences of one length ≥ 1. */
export function assertSequences(a: readonly NetworkSource[], b: readonly NetworkSource[]): void {
  if (Array.isArray(a) && Array.isArray(b) && a.length > 0 && a.length === b.length) return;
  const [lengthA, lengthB] = [a, b].map((each) => (Array.isArray(each) ? each.length : 'no array'));
  throw invalid(
    `the sequences must be arrays of one length ≥ 1, received ${lengthA} and ${lengthB}`,
    'Pass the networks of the same steps, in the same order',
  );
}

/** Throws unless there is a number of its own for each step, and `from` is the index of one. */
export function assertSteps(steps: readonly number[], from: number, length: number): void {
  const sound = Array.isArray(steps) && steps.every(Number.isFinite);
  if (!sound || steps.length !== length || new Set(steps).size !== length) {
    throw invalid(
      `steps must be ${length} different numbers, received [${steps}]`,
      'Pass one for each network of a sequence',
    );
  }
  const remedy = 'It is an index of steps, not a step itself; leave it out for the last';
  assertInteger('from', from, 0, remedy, length - 1);
}
