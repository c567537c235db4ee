import type * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  identityPermutations,
  type Params,
  type PermutationSpec,
  type Permutations,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';

/** Two networks of one spec, and the data for activation matching. */
export interface MatchPair {
  readonly spec: PermutationSpec;
  readonly a: Params;
  readonly b: Params;
  readonly forward: (params: Params, x: tf.Tensor) => tf.Tensor;
  readonly inputs: tf.Tensor;
}

/** A way to match two networks, the same for the same seed. */
export interface MatchMethod {
  readonly name: string;
  readonly match: (pair: MatchPair, seed: number) => Promise<Permutations>;
}

/** The methods whose optima are compared. */
export const matchMethods: readonly MatchMethod[] = [
  weights('default', {}),
  weights('descent from the identity', { start: 'identity', method: 'coordinateDescent' }),
  weights('descent, order: forward', {
    start: 'identity',
    method: 'coordinateDescent',
    order: 'forward',
  }),
  weights('descent from signatures', { start: 'signature', method: 'coordinateDescent' }),
  weights('kernel: cosine', { kernel: 'cosine' }),
  weights('restarts: 10', { restarts: 10 }),
  weights('descent, restarts: 10', {
    start: 'identity',
    method: 'coordinateDescent',
    restarts: 10,
  }),
  weights('search: 50 rounds', { search: { rounds: 50 } }),
  weights('search: 400 rounds', { search: { rounds: 400 } }),
  { name: 'activations', match: matchActivations },
];

/** No match: the networks in the order that they were trained in. */
export const unmatched: MatchMethod = {
  name: 'unmatched',
  match: async ({ spec, b }) => identityPermutations(spec, b),
};

/** Weight matching with these options. */
function weights(name: string, options: WeightMatchOptions): MatchMethod {
  return {
    name,
    match: async ({ spec, a, b }, seed) => {
      const { permutations } = await weightMatch(spec, a, b, { seed, ...options });
      return permutations;
    },
  };
}

async function matchActivations({ spec, a, b, forward, inputs }: MatchPair): Promise<Permutations> {
  const { permutations } = await activationMatch(spec, a, b, { forward, inputs });
  return permutations;
}
