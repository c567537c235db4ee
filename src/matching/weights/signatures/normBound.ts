import { weightNorms } from '../../products/weightNorms';
import type { Weights } from '../../products/weights';
import type { Term } from '../term';

/** |A_w| · |B_w|, the Cauchy–Schwarz bound on a term with a place. */
export async function normBound(weights: Weights, { param, scaling }: Term): Promise<number> {
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
