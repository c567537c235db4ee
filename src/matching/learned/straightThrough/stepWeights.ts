import type { RandomSource } from '../../../runtime';

/** Weights of n networks in the mixture of a step: n numbers with the sum 1, or random ones. */
export type StepWeights = readonly number[] | 'random';

/** 1/n for each of n networks. */
export function equalWeights(networks: number): number[] {
  return Array.from({ length: networks }, () => 1 / networks);
}

/** The weights of a step. Random ones are uniform on the simplex: exponential numbers, divided by their sum. */
export function drawWeights(
  weights: StepWeights,
  networks: number,
  random: RandomSource,
): readonly number[] {
  if (weights !== 'random') return weights;
  const drawn = Array.from({ length: networks }, () => -Math.log(uniform(random)));
  const total = drawn.reduce((sum, each) => sum + each, 0);
  return drawn.map((each) => each / total);
}

/** A number above 0 and at most 1. */
function uniform(random: RandomSource): number {
  return (random.below(2 ** 30) + 1) / 2 ** 30;
}
