import { dispose } from '@tensorflow/tfjs-core';
import { assertFunction, assertObject, assertOptions } from '../checks';
import { about, invalid, named } from '../errors';
import type { MatchManyOptions, MatchManyResult } from '../matching';
import { jointMatch } from '../matching/internal';
import type { AverageOptions } from '../merging';
import { assertFloats, mixtureWeights, runningMixture } from '../merging/internal';
import type { NetworkSource, Params } from '../params';
import { assertInputs, loadSource } from '../params/internal';
import {
  createDeviceYieldPoint,
  type LongWorkOptions,
  longWork,
  type Progress,
  type WorkControl,
} from '../runtime';
import { type PermutationSpec, permute } from '../symmetry';
import { type OpenParent, repairMerged } from './repairMerged';
import type { RepairOptions } from './repairOptions';

/** Options of {@link mergeMany}. */
export interface MergeManyOptions extends AverageOptions, LongWorkOptions<MergeManyProgress> {
  /** The options of the joint match: those of `matchMany` without `signal` and `onProgress`. */
  match?: Omit<MatchManyOptions, 'signal' | 'onProgress'>;
  /**
   * The function of the network and the data for the repair of the mean: those options of `repair`. Default: no
   * repair.
   */
  repair?: Pick<RepairOptions, 'forward' | 'inputs' | 'batchSize'>;
}

/** Progress of {@link mergeMany}, after every step. */
export interface MergeManyProgress extends Progress {
  /** The number of steps of the phase so far. */
  readonly done: number;
  /** The number of steps of the phase; null for the match, which ends when no network moves. */
  readonly total: number | null;
  /** The phase: steps of the match, networks that are added up, or layers that are repaired. */
  readonly phase: 'match' | 'average' | 'repair';
}

/** The result of {@link mergeMany}. */
export interface MergeManyResult {
  /** The merged network: new tensors; the caller disposes them. */
  readonly params: Params;
  /** The joint match of the networks. */
  readonly match: MatchManyResult;
}

/**
 * Merges networks: matches them jointly, averages them, and repairs the mean on data. With the permutations Pᵢ of
 * {@link matchMany},
 *
 *     θ = Σ wᵢ Pᵢθᵢ
 *
 * and with `repair`, the hidden units of θ get the mean statistics of the networks' units, as by {@link repair}.
 * Networks with batch normalisation need it.
 *
 * Memory: networks given as functions are loaded one at a time and disposed after use. Apart from the match, one of
 * them and a permuted copy are in memory beside the sum, a copy of the first network and a mask.
 *
 * @param spec - The axes that share each group.
 * @param networks - Two or more, [networks]: params, or functions that load them, of the same names, shapes and
 * dtypes. All are left as they are.
 * @param options - All have defaults.
 * @returns The merged network, in the order of the units of the reference, and the match.
 * @throws InvalidInputError when the networks do not fit the spec or each other or cannot be loaded, weights are
 * negative or do not sum to 1 (without `anyWeights`), a tensor is not float32 (see `integers`), or an option of the
 * match or the repair is out of range. AbortError on abort.
 * @see Ainsworth, Hayase & Srinivasa 2023, Git Re-Basin (arXiv 2209.04836); Crisostomi et al. 2024, C²M³ (arXiv
 * 2405.17897); Jordan et al. 2023, REPAIR (arXiv 2211.08403).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { mergeMany, mlpSpec } from 'perm-lmc';
 *
 * const network = () => ({
 *   'dense1/kernel': tf.randomNormal([8, 16]),
 *   'dense1/bias': tf.zeros([16]),
 *   'dense2/kernel': tf.randomNormal([16, 4]),
 *   'dense2/bias': tf.zeros([4]),
 * });
 * const { params, match } = await mergeMany(mlpSpec(2), [network(), network(), network()]);
 * match.permutations.length; // 3
 * ```
 */
export async function mergeMany(
  spec: PermutationSpec,
  networks: readonly NetworkSource[],
  options: MergeManyOptions = {},
): Promise<MergeManyResult> {
  return named('mergeMany', async () => {
    assertOptions(options, {
      ...{ match: true, repair: true, weights: true, anyWeights: 'boolean', integers: true },
      ...{ signal: true, onProgress: true },
    });
    const { match = {}, repair, weights, anyWeights, integers = 'error' } = options;
    const { signal, onProgress } = longWork(options);
    assertNetworks(networks);
    const own = mixtureWeights(networks.length, { weights, anyWeights });
    const given = networks.find((network) => typeof network !== 'function') as Params | undefined;
    if (given) assertFloats(given, integers);
    const data = repair && repairData(repair);
    const report = (phase: MergeManyProgress['phase']) =>
      onProgress && (({ done, total }: Progress) => onProgress({ done, total, phase }));

    const found = await jointMatch(spec, networks, {
      ...{ ...match, signal, onProgress: report('match') },
    });
    const yieldPoint = createDeviceYieldPoint(signal);
    const control = { signal, yieldPoint };
    const sources = { ...control, spec, networks, permutations: found.permutations };
    const mean = await meanOf(sources, own, integers, report('average'));
    if (!data) return { params: mean, match: found };
    try {
      const open: OpenParent = (i, work) => withAligned(sources, i, work);
      const settings = { ...data, ...control, onProgress: report('repair') };
      return { params: await repairMerged(mean, own, open, settings), match: found };
    } finally {
      dispose(mean);
    }
  });
}

/** Networks with their permutations. */
interface MatchedSources extends WorkControl {
  readonly spec: PermutationSpec;
  readonly networks: readonly NetworkSource[];
  readonly permutations: MatchManyResult['permutations'];
}

/** The mean of the networks with their units moved, added up one at a time. */
async function meanOf(
  sources: MatchedSources,
  weights: readonly number[],
  integers: AverageOptions['integers'],
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<Params> {
  const total = weights.length;
  const mixture = runningMixture(weights, { integers });
  try {
    for (const at of weights.keys()) {
      await withAligned(sources, at, async (aligned) => mixture.add(aligned));
      onProgress?.({ done: at + 1, total });
    }
    return mixture.result();
  } finally {
    mixture.dispose();
  }
}

/** Runs work on a network with its units moved. What was loaded or made for it is disposed after it. */
async function withAligned<T>(
  { spec, networks, permutations, ...control }: MatchedSources,
  at: number,
  work: (aligned: Params) => Promise<T>,
): Promise<T> {
  const label = `network ${at}`;
  const source = networks[at];
  await control.yieldPoint();
  const params = await loadSource(label, source, control);
  try {
    const aligned = about(label, () => permute(spec, params, permutations[at]));
    try {
      return await work(aligned);
    } finally {
      dispose(aligned);
    }
  } finally {
    if (typeof source === 'function') dispose(params);
  }
}

function assertNetworks(networks: readonly NetworkSource[]): void {
  if (!Array.isArray(networks) || networks.length < 2) {
    const received = Array.isArray(networks) ? networks.length : typeof networks;
    throw invalid(
      `expected an array of at least 2 networks, received ${received}`,
      'Pass the params of two networks or more, or functions that load them',
      { param: 'networks', received },
    );
  }
  const sequence = networks.findIndex((network) => Array.isArray(network));
  if (sequence < 0) return;
  throw invalid(
    `network ${sequence} is an array, and sequences have no mean`,
    'Pass the params of each network, or match sequences with matchMany',
    { param: 'networks', received: 'an array' },
  );
}

/** The options of the repair with their defaults. Throws unless the data are valid. */
function repairData(repair: NonNullable<MergeManyOptions['repair']>) {
  assertObject('repair', repair, 'Pass { forward, inputs }, or leave it out');
  return about('repair', () => {
    assertOptions(repair, { forward: true, inputs: true, batchSize: true });
    const { forward, inputs, batchSize = 250 } = repair;
    assertFunction('forward', forward, 'Pass the function of the network');
    assertInputs(inputs, batchSize);
    return { forward, inputs, batchSize };
  });
}
