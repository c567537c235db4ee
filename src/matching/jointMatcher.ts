import type { Params } from '../params';
import type { Permutations } from '../permutation';

/**
 * Finds the permutations of several networks at once, as a cycle-consistent match does: one record for each
 * network, in their order. It must not change or dispose the networks.
 */
export type JointMatcher = (
  networks: readonly Params[],
  options: { signal?: AbortSignal },
) => Promise<readonly Permutations[]>;
