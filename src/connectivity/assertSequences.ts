import { assertInteger } from '../checks';
import { invalid } from '../errors';
import type { NetworkSource } from '../params';

/** Throws unless the sequences are arrays of the same length ≥ 1. */
export function assertSequences(a: readonly NetworkSource[], b: readonly NetworkSource[]): void {
  if (Array.isArray(a) && Array.isArray(b) && a.length > 0 && a.length === b.length) return;
  const [lengthA, lengthB] = [a, b].map((each) => (Array.isArray(each) ? each.length : 'no array'));
  throw invalid(
    `the sequences must be arrays of one length ≥ 1, received ${lengthA} and ${lengthB}`,
    'Pass the networks of the same steps, in the same order',
    { param: 'sequenceB', received: [lengthA, lengthB] },
  );
}

/** Throws unless `steps` are `length` different finite numbers and `from` is an index of them. */
export function assertSteps(steps: readonly number[], from: number, length: number): void {
  const sound = Array.isArray(steps) && steps.every(Number.isFinite);
  if (!sound || steps.length !== length || new Set(steps).size !== length) {
    throw invalid(
      `steps must be ${length} different numbers, received [${steps}]`,
      'Pass one number for each network of a sequence',
      { param: 'steps', received: steps },
    );
  }
  const remedy = 'Pass an index of steps rather than a step, or leave it out for the last';
  assertInteger('from', from, 0, remedy, length - 1);
}
