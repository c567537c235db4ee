import * as tf from '@tensorflow/tfjs-core';
import {
  type ActivationMatchOptions,
  activationMatch,
  type MatchResult,
  type Params,
  type PermutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { expectPermutations, expectSameParams } from '../../support/invariants';
import * as networks from '../../support/networks';

export const captures = ['last', 'first', 'all'] as const;
export const kernels = ['linear', 'cosine', 'correlation'] as const;

/** Permutes a network at random and lets the match find the way back. */
export async function expectRecovered(
  spec: PermutationSpec,
  params: Params,
  options: ActivationMatchOptions,
  seed = 3,
): Promise<MatchResult> {
  const moved = permute(spec, params, randomPermutations(spec, params, { seed }));
  const result = await activationMatch(spec, params, moved, options);
  expectPermutations(result.permutations);
  const back = permute(spec, moved, result.permutations);
  await expectSameParams(back, params);
  tf.dispose([moved, back]);
  return result;
}

/** A network of two hidden layers and data for it. */
export const mlp = networks.testNetworks.find(({ name }) => name === 'MLP, tfjs')!;
export const resnet = networks.testNetworks.find(
  ({ name }) => name === 'ResNet of basic blocks, tfjs',
)!;
export const vgg = networks.testNetworks.find(({ name }) => name === 'VGG, tfjs')!;

/** Two independent networks of a family and some samples. */
export function pair(network: networks.TestNetwork, samples = 40) {
  const [a, b] = [1, 2].map((seed) => networks.randomParams(network, seed));
  return { a, b, x: networks.randomInput(network, samples, 7) };
}

/** max |x − y| over all groups' similarities, relative to the greatest. */
export function similarityGap(one: MatchResult, other: MatchResult): number {
  let [gap, greatest] = [0, 0];
  for (const [group, values] of Object.entries(one.similarity)) {
    values.forEach((value, i) => {
      gap = Math.max(gap, Math.abs(value - other.similarity[group][i]));
      greatest = Math.max(greatest, Math.abs(value));
    });
  }
  return gap / greatest;
}
