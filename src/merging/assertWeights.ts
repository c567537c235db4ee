import { invalid } from '../errors';

/** Throws unless there are this many weights, none negative, with sum 1. */
export function assertWeights(weights: readonly number[], count: number): void {
  if (weights.length !== count) {
    throw invalid(
      `there are ${count} networks and ${weights.length} weights`,
      'Pass one weight for each network',
    );
  }
  const bad = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad >= 0) {
    throw invalid(`weights[${bad}] is ${weights[bad]}`, 'Weights are finite and ≥ 0');
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(total - 1) > 1e-6) {
    throw invalid(`the weights sum to ${total}, expected 1`, 'Divide each weight by their sum');
  }
}
