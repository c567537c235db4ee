import { assertChoice } from '../checks';

/** Throws unless the value is a rule for parameters that the spec does not name. */
export function assertUnlisted(unlisted: unknown): asserts unlisted is 'error' | 'fixed' {
  assertChoice('unlisted', unlisted, ['error', 'fixed']);
}
