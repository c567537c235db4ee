import type { Params } from '../params';
import type { MatchResult } from './matchResult';

/**
 * Finds the permutations that move b onto a, as `weightMatch` and `activationMatch` do once they know
 * all the rest; see {@link weightMatcher} and {@link activationMatcher}. It neither changes nor disposes
 * the networks, and rejects with the signal's reason when it is aborted.
 */
export type Matcher = (
  a: Params,
  b: Params,
  options: { signal?: AbortSignal },
) => Promise<Pick<MatchResult, 'permutations'>>;
