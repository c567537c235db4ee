import { assertChoice, assertNumber, assertObject, type OptionTable } from '../../checks';
import { invalid } from '../../errors';
import type { GivenActivations, ProductEngine, TracedActivations } from '../../matching';
import { type ActivationSettings, completeActivationOptions } from '../../matching/internal';
import type { BatchedInputs } from '../../params';
import { type LongWorkOptions, longWork, type Progress } from '../../runtime';
import type { JointUse } from '../../symmetry';
import { assertInexact } from '../units/assertInexact';

/** Options of `zip`: the comparison of units, by activations on data or by weights, and the merges. */
export type ZipOptions = ZipMerges & (ZipByActivations | ZipByWeights);

/** Comparison by the activations on data. */
export type ZipByActivations = ZippedActivations & (TracedActivations | GivenActivations);

/** The data, and the tensors to compare. */
export interface ZippedActivations {
  /** Compares activations. The default. */
  by?: 'activations';
  /** The data, without labels, as in `activationMatch`: a tensor [N, …], a record of such tensors, or batches. */
  inputs: BatchedInputs;
  /** The number of samples in a batch, where `inputs` are not batches already. Default 250. */
  batchSize?: number;
  /**
   * The activations of a traced `forward`: `'after'` the nonlinearity that follows an operation with parameters, as
   * in the paper, or `'before'` it. Where an output is not taken by a nonlinearity alone, both are the same. Default
   * `'after'`.
   */
  side?: 'after' | 'before';
  /** The engine for matrix products, as in `activationMatch`. Default `'auto'`. */
  engine?: ProductEngine;
}

/** Comparison without data. */
export interface ZipByWeights {
  /** Compares the weights that produce each unit. */
  by: 'weights';
  /** Not with weights. */
  forward?: undefined;
  /** Not with weights. */
  activations?: undefined;
  /** Not with weights. */
  capture?: undefined;
  /** Not with weights. */
  inputs?: undefined;
  /** Not with weights. */
  batchSize?: undefined;
  /** Not with weights. */
  side?: undefined;
  /** Not with weights. */
  engine?: undefined;
}

/** The sizes to reach, and the rules of the merges. */
export interface ZipMerges extends LongWorkOptions<ZipProgress> {
  /** The number of merged units of some groups, 1 … the units of all networks together. All others: `ratio`. */
  sizes?: Readonly<Record<string, number>>;
  /**
   * The number of merged units of each group, relative to its number of units in the widest network: more than 0, at
   * most the number of networks. Default 1.
   */
  ratio?: number;
  /**
   * The factor α, 0 … 1, of the similarity of a merged unit to the others. Less than 1 delays further merges of merged
   * units; with 0 a merged unit merges no more. Default 1.
   */
  alpha?: number;
  /**
   * The part β, 0 … 1, of a network's share of all merges that may be within it: at most ⌊β·(Σn − N)/networks⌋ merges
   * of its own units with each other. Default 1.
   */
  beta?: number;
  /**
   * The last group to zip, in the order of the spec. The layers above it stay as they are in each network, as heads of
   * a shared trunk. Default: all groups are zipped.
   */
  stopAt?: string;
  /**
   * Joint uses of groups to zip in spite of them, such as `['layerNorm']`. The result is then not exact even where
   * members agree. Default: none.
   */
  inexact?: readonly JointUse[];
}

/** Progress of a zip, after each batch and after each group. */
export interface ZipProgress extends Progress {
  /** The part of the work: batches of `data`, or `groups` whose units are merged. */
  readonly phase: 'data' | 'groups';
  /** The number of batches or groups so far. */
  readonly done: number;
  /** The number of all batches or groups; null for an iterator of unknown length. */
  readonly total: number | null;
}

/** The names of the options of `zip`. */
export const ZIP_OPTIONS = {
  ...{ by: true, forward: true, activations: true, capture: true, inputs: true, batchSize: true },
  ...{ side: true, engine: true, sizes: true, ratio: true, alpha: true, beta: true, stopAt: true },
  ...{ inexact: true, signal: true, onProgress: true },
} as const satisfies OptionTable<ZipOptions>;

/** The rules of the merges with their defaults. */
export interface ZipSettings {
  readonly sizes: Readonly<Record<string, number>>;
  readonly ratio: number;
  readonly alpha: number;
  readonly beta: number;
  readonly stopAt: string | undefined;
  readonly inexact: readonly JointUse[];
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ZipProgress) => void) | undefined;
  /** The source of the activations; null for a comparison by weights. */
  readonly source: ZipSource | null;
}

/** The data and the activations to compare. */
type ZipSource = Pick<
  ActivationSettings,
  'forward' | 'activations' | 'capture' | 'inputs' | 'batchSize' | 'engine'
> & { readonly side: 'after' | 'before' };

/**
 * The options with their defaults, checked.
 *
 * @param networks - The number of networks.
 */
export function completeZipOptions(options: ZipOptions, networks: number): ZipSettings {
  const { sizes = {}, ratio = 1, alpha = 1, beta = 1, stopAt, inexact = [] } = options;
  assertChoice('by', options.by ?? 'activations', ['activations', 'weights']);
  assertObject('sizes', sizes, 'Pass the number of merged units of groups, such as { h: 64 }');
  assertNumber(
    'ratio',
    ratio,
    (value) => value > 0 && value <= networks,
    `a number > 0 and ≤ ${networks}, the number of networks`,
    'Leave it out for 1, the width of the widest network',
  );
  for (const [name, value] of Object.entries({ alpha, beta })) {
    const fits = (each: number) => each >= 0 && each <= 1;
    assertNumber(name, value, fits, 'a number in 0 … 1', 'Leave it out for the default');
  }
  assertInexact(inexact);
  const { signal, onProgress } = longWork(options);
  const merges = { sizes, ratio, alpha, beta, stopAt, inexact, signal, onProgress };
  return { ...merges, source: sourceOf(options) };
}

function sourceOf(options: ZipOptions): ZipSource | null {
  if (options.by === 'weights') {
    assertNoData(options);
    return null;
  }
  const { side = 'after', by, sizes, ratio, alpha, beta, stopAt, inexact, ...rest } = options;
  const { signal, onProgress, ...source } = rest;
  assertChoice('side', side, ['after', 'before']);
  return { ...completeActivationOptions(source), side };
}

/** Throws if options of the data come with a comparison by weights. */
function assertNoData(options: ZipByWeights): void {
  const { forward, activations, capture, inputs, batchSize, side, engine } = options;
  const data = { forward, activations, capture, inputs, batchSize, side, engine };
  const given = Object.entries(data).find(([, value]) => value !== undefined);
  if (!given) return;
  throw invalid(
    `${given[0]} is given, and by is 'weights', which takes no data`,
    `Leave out ${given[0]}, or by`,
    { param: given[0] },
  );
}
