import { perObject } from '../../params/internal';
import type { Permutations } from '../../permutation';
import type { ResolvedSpec } from '../../symmetry/internal';
import type { MovedSums } from '../alignmentOf';
import { countedWork } from '../products/countedWork';
import { ownThread } from '../products/ownThread';
import { packedProducts } from '../products/packedProducts';
import type { Products } from '../products/products';
import type { ProductWork } from '../products/productWork';
import { weightNorms } from '../products/weightNorms';
import type { SharedWeights, Weights } from '../products/weights';
import type { DividedParameter } from './divideParameter';
import type { Dtypes } from './includedParameters';
import { movedSums } from './movedSums';
import type { SquaredNorms } from './similarityKernel';
import type { Term } from './term';
import type { WorkMeter } from './workMeter';

/** Two networks to match, with their values in tensors or in checkpoints. */
export interface NetworkPair {
  readonly resolved: ResolvedSpec;
  readonly dtypes: Dtypes;
  /** The included parameters. */
  readonly names: readonly string[];
  /** The names of the networks in messages. Default: {@link NETWORK_LABELS}. */
  readonly labels?: { readonly a: string; readonly b: string };
  /** The values of the parameters' views. */
  readonly weights: Weights;
  /** A parameter as it is stored, for errors that give the place of a value in it. */
  readonly readStored: (network: 'a' | 'b', param: string) => Promise<StoredValues>;
  /** Counts the work of products. Default: it is not counted. */
  readonly meter?: WorkMeter;
  /** Releases what the pair holds. */
  dispose(): void;
}

/** The names of two networks in messages: those of the arguments. */
export const NETWORK_LABELS = { a: 'a', b: 'b' } as const;

/** The values of a parameter as it is stored, not as its view. */
export interface StoredValues {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Values of parameters' views that replace those of the networks. */
export type ReplacedValues = Readonly<Record<string, { a: Float32Array; b: Float32Array }>>;

/** Two networks with the engine for the computations of a match. */
export interface MatchedNetworks extends NetworkPair {
  /** The values of the included parameters, if they are in memory that threads share. */
  readonly shared?: SharedWeights;
  productsOf(terms: readonly Term[]): Products<unknown>;
  readonly squaredNorms: SquaredNorms;
  /** The sums of the function `movedSums`. */
  movedSums(
    parameters: readonly DividedParameter[],
    permutations: Permutations,
  ): Promise<MovedSums[]>;
  /** The same networks with the values of some parameters replaced. */
  withValues(values: ReplacedValues): MatchedNetworks;
}

/**
 * Two networks whose products are computed on typed arrays.
 *
 * @param work - Memory and products. Default: those of the caller's thread.
 */
export function packedNetworks(pair: NetworkPair, work: ProductWork = ownThread): MatchedNetworks {
  const { weights, meter } = pair;
  const counted = meter ? countedWork(work, meter) : work;
  return {
    ...pair,
    // The start of a run has been measured before it: the products of these terms are known.
    productsOf: perObject((terms: readonly Term[]) => packedProducts(weights, terms, counted)),
    squaredNorms: weightNorms(weights),
    movedSums: (parameters, permutations) => movedSums(weights, parameters, permutations),
    withValues: (values) =>
      packedNetworks({ ...pair, weights: replacedWeights(weights, values) }, work),
  };
}

/** Weights with the values of some parameters replaced. */
export function replacedWeights(weights: Weights, replaced: ReplacedValues): Weights {
  return {
    ...weights,
    values: async (network, param) =>
      Object.hasOwn(replaced, param) ? replaced[param][network] : weights.values(network, param),
  };
}
