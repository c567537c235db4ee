import type { Params } from '../params';
import type { MatchResult } from './matchResult';

/**
 * Finds the permutations that move b onto a: a matching function with all other settings fixed, such as
 * {@link weightMatcher} and {@link activationMatcher} return. It neither changes nor disposes the networks.
 * When the signal is aborted, it rejects with the signal's reason.
 */
export type Matcher = (
  a: Params,
  b: Params,
  options: { signal?: AbortSignal },
) => Promise<Pick<MatchResult, 'permutations'>>;
