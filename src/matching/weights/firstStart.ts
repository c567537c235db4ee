import type { Permutations } from '../../permutation';
import { identityOf } from '../../symmetry/internal';
import type { MatchedNetworks } from './matchedNetworks';
import type { MatchThreads } from './matchThreads';
import type { RunStart } from './runMatch';
import { sharedSignatureStart } from './signatures/sharedSignatureStart';
import type { SignatureStartSettings } from './signatures/signatureStart';
import type { Term } from './term';
import { totalObjective } from './totalObjective';

/**
 * The start of the first run.
 *
 * - `'signature'`: units with similar weights are paired, without regard to the order of the units around them.
 * - `'identity'`: B as it is.
 * - `'auto'`: the better of both by S.
 */
export type MatchStart = 'auto' | 'signature' | 'identity';

/** Settings of a start. */
export interface StartSettings extends SignatureStartSettings {
  readonly threads: MatchThreads | undefined;
}

/** The start of the first run. */
export interface FirstStart {
  readonly initial: Permutations;
  readonly from: RunStart;
  /** S of `initial`; null where it was not needed. */
  readonly objective: number | null;
}

/** Finds the start of the first run. */
export async function firstStart(
  networks: MatchedNetworks,
  terms: readonly Term[],
  start: MatchStart,
  settings: StartSettings,
): Promise<FirstStart> {
  const { resolved, productsOf } = networks;
  const identity = identityOf(resolved);
  if (start === 'identity') {
    return { initial: identity, from: 'identity', objective: null };
  }
  const permutations = await sharedSignatureStart(networks, terms, settings);
  const target = productsOf(terms);
  const bySignature = await totalObjective(target, permutations);
  const asItIs =
    start === 'auto' ? await totalObjective(target, identity) : Number.NEGATIVE_INFINITY;
  const isIdentity = asItIs >= bySignature;
  return {
    initial: isIdentity ? identity : permutations,
    from: isIdentity ? 'identity' : 'signature',
    objective: Math.max(asItIs, bySignature),
  };
}
