import type { MatchedNetworks } from './matchedNetworks';
import { cosineTerms, linearTerms, type SimilarityKernel } from './similarityKernel';
import type { Term } from './term';

/** The terms of the objective of a match. */
export async function objectiveTerms(
  {
    names,
    resolved: { places },
    squaredNorms,
  }: Pick<MatchedNetworks, 'names' | 'resolved' | 'squaredNorms'>,
  kernel: SimilarityKernel,
): Promise<Term[]> {
  return kernel === 'linear'
    ? linearTerms(names, places)
    : cosineTerms(names, places, squaredNorms);
}
