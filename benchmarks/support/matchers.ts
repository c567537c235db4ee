import {
  type ActivationMatchOptions,
  activationMatch,
  classificationEvaluator,
  identityPermutations,
  type Params,
  type PermutationSpec,
  type Permutations,
  sinkhornMatch,
  straightThroughMatch,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import type { Labelled, TrainedPair } from './trainedPairs';

/** Two networks of one spec in memory, and training images for the matchers that take data. */
interface MatchInput {
  readonly spec: PermutationSpec;
  readonly forward: TrainedPair['forward'];
  /** The function with the statistics of the batch, where there is batch normalisation. */
  readonly learningForward: TrainedPair['forward'];
  readonly a: Params;
  readonly b: Params;
  readonly train: Labelled;
}

/** A matcher of the table. */
export interface MatcherRow {
  readonly name: string;
  /** What it takes of the training images. */
  readonly data: 'none' | 'images' | 'labels';
  readonly match: (input: MatchInput) => Promise<Permutations>;
}

/** How long matchers search and learn. */
export interface MatcherEffort {
  /** The rounds of a search. */
  readonly rounds: number;
  /** Options of the matchers that learn. */
  readonly learning: {
    readonly steps: number;
    readonly batchSize: number;
    readonly validationSize: number;
  };
}

/** The matchers of the library, one line each. */
export function matchers({ rounds, learning }: MatcherEffort): readonly MatcherRow[] {
  return [
    { name: 'none', data: 'none', match: async ({ spec, b }) => identityPermutations(spec, b) },
    weights('weightMatch', {}),
    weights("weightMatch, kernel: 'cosine'", { kernel: 'cosine' }),
    weights(`weightMatch, search: ${rounds} rounds`, { search: { rounds } }),
    searchByLoss('the same, chosen by loss', rounds),
    activations('activationMatch', {}),
    activations("activationMatch, kernel: 'correlation'", { kernel: 'correlation' }),
    learned('straightThroughMatch', straightThroughMatch, learning),
    { name: 'sinkhornMatch', data: 'none', match: sinkhornOfWeights },
    learned("sinkhornMatch, objective: 'midpoint'", sinkhornMatch, learning),
  ];
}

function weights(name: string, options: WeightMatchOptions): MatcherRow {
  return {
    name,
    data: 'none',
    match: async ({ spec, a, b }) => (await weightMatch(spec, a, b, options)).permutations,
  };
}

function searchByLoss(name: string, rounds: number): MatcherRow {
  return {
    name,
    data: 'labels',
    async match({ spec, learningForward, a, b, train }) {
      const evaluate = classificationEvaluator(learningForward, train);
      const { permutations } = await weightMatch(spec, a, b, { search: { rounds, evaluate } });
      return permutations;
    },
  };
}

function activations(name: string, options: Pick<ActivationMatchOptions, 'kernel'>): MatcherRow {
  return {
    name,
    data: 'images',
    async match({ spec, forward, a, b, train }) {
      const given = { forward, inputs: train.x, ...options };
      return (await activationMatch(spec, a, b, given)).permutations;
    },
  };
}

async function sinkhornOfWeights({ spec, a, b }: MatchInput): Promise<Permutations> {
  return (await sinkhornMatch(spec, a, b)).permutations;
}

function learned(
  name: string,
  match: typeof straightThroughMatch | typeof sinkhornMatch,
  options: MatcherEffort['learning'],
): MatcherRow {
  return {
    name,
    data: 'labels',
    async match({ spec, learningForward: forward, a, b, train: data }) {
      return (await match(spec, a, b, { forward, data, ...options })).permutations;
    },
  };
}
