import { termInnerProduct } from '../../products/placeProduct';
import { weightNorms } from '../../products/weightNorms';
import type { Weights } from '../../products/weights';
import type { Term } from '../term';

/** Σ_w |A_w| |B_w|, the Cauchy–Schwarz bound on S. Terms without a place enter as they are. */
export async function normBound(weights: Weights, terms: readonly Term[]): Promise<number> {
  let bound = 0;
  for (const term of terms) bound += await termNormBound(weights, term);
  return bound;
}

/** |A_w| |B_w| of a term; ⟨A_w, B_w⟩ for a term without a place. */
export async function termNormBound(weights: Weights, term: Term): Promise<number> {
  if (term.places.length === 0) return termInnerProduct(weights, term, {});
  const { param, scaling } = term;
  const squaredNorms = weightNorms(weights);
  const squaredNorm = async (side: 'a' | 'b') => {
    const squares = await squaredNorms(side, param, scaling?.axis ?? 0);
    let sum = 0;
    for (let at = 0; at < squares.length; at++) {
      sum += scaling ? squares[at] * scaling[side][at] ** 2 : squares[at];
    }
    return sum;
  };
  return Math.sqrt((await squaredNorm('a')) * (await squaredNorm('b')));
}
