import type { Permutations } from '../../permutation';
import { identityOf } from '../../symmetry/internal';
import type { MatchedNetworks } from './matchedNetworks';
import type { RunStart } from './runMatch';
import { normBound } from './signatures/normBound';
import { type SignatureStartSettings, signatureStart } from './signatures/signatureStart';
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
export type StartSettings = SignatureStartSettings;

/** The start of the first run, and what it shows. */
export interface FirstStart {
  readonly initial: Permutations;
  readonly from: RunStart;
  /** True if S of the start reaches Σ_w |A_w||B_w| within rounding. */
  readonly isOptimal: boolean;
}

/** The share of the bound within which S reaches it: rounding of float32 products. */
const ROUNDING = 1e-5;

/** Finds the start of the first run. */
export async function firstStart(
  { resolved, weights, productsOf }: MatchedNetworks,
  terms: readonly Term[],
  start: MatchStart,
  settings: StartSettings,
): Promise<FirstStart> {
  const identity = identityOf(resolved);
  if (start === 'identity') {
    return { initial: identity, from: 'identity', isOptimal: false };
  }
  const permutations = await signatureStart(weights, terms, resolved.groups, settings);
  const target = productsOf(terms);
  const bySignature = await totalObjective(target, permutations);
  const asItIs =
    start === 'auto' ? await totalObjective(target, identity) : Number.NEGATIVE_INFINITY;
  const bound = await normBound(weights, terms);
  const isIdentity = asItIs >= bySignature;
  return {
    initial: isIdentity ? identity : permutations,
    from: isIdentity ? 'identity' : 'signature',
    isOptimal: Math.max(asItIs, bySignature) >= bound - ROUNDING * Math.abs(bound),
  };
}
