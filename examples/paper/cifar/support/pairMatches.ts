import type * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  composePermutations,
  type Evaluate,
  identityPermutations,
  invertPermutations,
  matchMany,
  type Params,
  type PermutationSpec,
  type Permutations,
  weightMatch,
} from 'perm-lmc';
import type { Forward } from '../../../support/layerNorm/forwardOf';

/** A pair of networks to match, and what its matches use. */
export interface PairToMatch {
  readonly spec: PermutationSpec;
  readonly forward: Forward;
  /** The networks of the family, and the indices of the pair. */
  readonly networks: readonly Params[];
  readonly indices: readonly [number, number];
  /** Training images that activations are compared on, [n, size, size, 3]. */
  readonly images: tf.Tensor4D;
  /** Measures the loss on training images, by which a search chooses. */
  readonly evaluate: Evaluate<'loss'>;
  /** Rounds of a search for a pair. */
  readonly rounds: number;
}

/** Finds the permutations of a pair, by its name in the tables. */
export type PairMatch = (pair: PairToMatch) => Promise<Permutations>;

/** The matches of two networks. */
export const PAIR_MATCHES: Readonly<Record<string, PairMatch>> = {
  none: async ({ spec, networks: [a] }) => identityPermutations(spec, a),
  'weights, descent': (pair) =>
    byWeights(pair, { start: 'identity', method: 'coordinateDescent', seed: 0 }),
  weights: (pair) => byWeights(pair, {}),
  'weights, search': (pair) => byWeights(pair, { search: { rounds: pair.rounds } }),
  'weights, search, by loss': (pair) =>
    byWeights(pair, { search: { rounds: pair.rounds, evaluate: pair.evaluate } }),
  activations: byActivations,
  'activations, then weights': async (pair) =>
    byWeights(pair, { initial: await byActivations(pair) }),
  'activations, then search, by loss': async (pair) =>
    byWeights(pair, {
      initial: await byActivations(pair),
      search: { rounds: pair.rounds, evaluate: pair.evaluate },
    }),
};

/** Joint matches of three or more networks, of which each has one permutation for all its pairs. */
export const JOINT_MATCHES: Readonly<Record<string, PairMatch>> = {
  joint: (pair) => jointly(pair, {}),
  'joint, search': (pair) => jointly(pair, { search: { rounds: Math.ceil(pair.rounds / 4) } }),
};

async function byWeights(
  { spec, networks, indices: [a, b] }: PairToMatch,
  options: Parameters<typeof weightMatch>[3],
): Promise<Permutations> {
  return (await weightMatch(spec, networks[a], networks[b], options)).permutations;
}

async function byActivations({
  spec,
  forward,
  networks,
  indices: [a, b],
  images: inputs,
}: PairToMatch): Promise<Permutations> {
  const options = { forward, inputs, batchSize: 50 };
  return (await activationMatch(spec, networks[a], networks[b], options)).permutations;
}

/** P_A⁻¹ ∘ P_B: aligns B with A in A's own order. */
async function jointly(
  { spec, networks, indices: [a, b] }: PairToMatch,
  options: Parameters<typeof matchMany>[2],
): Promise<Permutations> {
  const { permutations } = await matchMany(spec, networks, { ...options, pairs: false });
  return composePermutations(permutations[b], invertPermutations(permutations[a]));
}
