import { assertFinite, type ReadStored } from '../assertFinite';
import type { MatchResult } from '../matchResult';
import type { Products } from '../products/products';
import { shareWeights, type Weights } from '../products/weights';
import type { MatchPlan } from './matchPlan';
import { type RunsContext, runsInTurn, runsOnThreads, threadShare } from './matchRuns';
import type { MatchThreads } from './matchThreads';
import { cosineTerms, linearTerms, type SquaredNorms } from './similarityKernel';
import type { Term } from './term';

/** Two networks as a match sees them: tensors, or checkpoints on disk. */
export interface MatchedNetworks {
  /** The values of their views. */
  readonly weights: Weights;
  /** Who multiplies them. */
  productsOf(terms: readonly Term[]): Products<unknown>;
  readonly squaredNorms: SquaredNorms;
  /** For errors, which tell where a value is in the parameter that the caller knows. */
  readonly readStored: ReadStored;
}

/** Makes the match that is planned: checks that all weights are finite, and makes the runs. */
export async function matchWeights(
  { resolved, kernel, names, floats, start, runs }: MatchPlan,
  { weights, productsOf, squaredNorms, readStored }: MatchedNetworks,
  context: RunsContext,
  threads: MatchThreads | undefined,
): Promise<MatchResult> {
  if (threads) threads.work.matches++;
  try {
    await context.yieldPoint();
    await assertFinite(readStored, productsOf(linearTerms(floats, resolved.places)), start);
    const terms =
      kernel === 'linear'
        ? linearTerms(names, resolved.places)
        : await cosineTerms(names, resolved.places, squaredNorms);
    const share = threads && threadShare(threads, weights, terms, runs, context);
    if (!threads || !share) return await runsInTurn(productsOf(terms), runs, context);
    const shared = await shareWeights(weights, names);
    return await runsOnThreads(threads, share, shared, terms, runs, context);
  } finally {
    if (threads) threads.work.matches--;
  }
}
