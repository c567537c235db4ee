import { assertChoice } from '../../checks';
import { isFloatDtype } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { estimateVariance, namedNorms, normProducers } from '../../repair/internal';
import type { ResolvedSpec } from '../../symmetry/internal';
import { type Checkpoint, shapesOfCheckpoint } from './checkpoint';
import { permutedBytes } from './permutedBytes';
import { floatsOf } from './storedFloats';

/** The treatment of the moving statistics of batch normalisation in a merge. */
export type MergedStatistics = 'estimate' | 'interpolate';

/** The moving variances of a merge. */
export interface StatisticsSummary {
  /** The variances that were estimated without data. */
  readonly estimated: readonly string[];
  /** The variances that were averaged: those whose layer was not found, or all of them. */
  readonly interpolated: readonly string[];
}

/** Checkpoints that are merged, with their common tensors. */
export interface MergedCheckpoints {
  /** The first checkpoint, and those whose units move. */
  readonly checkpoints: readonly Checkpoint[];
  /** The spec with the sizes of the first checkpoint. */
  readonly fitted: ResolvedSpec;
  /** For every checkpoint but the first: the spec with its sizes, and its permutations. */
  readonly resolved: readonly ResolvedSpec[];
  readonly permutations: readonly Permutations[];
  readonly weights: readonly number[];
  readonly yieldPoint: () => Promise<void>;
}

/** The moving variances of a merge, and the estimates of those that can be estimated. */
export interface MergedVariances {
  readonly summary: StatisticsSummary;
  /** Computes an estimate, by the name of the variance. */
  readonly estimates: ReadonlyMap<string, () => Promise<Float64Array<ArrayBuffer>>>;
}

/** Throws unless the option `statistics` is valid. */
export function assertStatistics(statistics: MergedStatistics): void {
  assertChoice('statistics', statistics, ['estimate', 'interpolate']);
}

/**
 * Finds the moving variances of a merge, and the kernels for their estimates. Values are read when an estimate is
 * computed, two tensors at a time.
 */
export function mergedVariances(
  merge: MergedCheckpoints,
  statistics: MergedStatistics,
): MergedVariances {
  const { checkpoints, fitted, weights } = merge;
  const shapes = shapesOfCheckpoint(checkpoints[0]);
  const estimates = new Map<string, () => Promise<Float64Array<ArrayBuffer>>>();
  if (checkpoints.length > 1 && statistics === 'estimate') {
    for (const { variance, producers } of normProducers(fitted, shapes)) {
      const names = [variance, ...(producers ?? []).map(({ param }) => param)];
      if (producers === null || !areFloats(checkpoints, names)) continue;
      const norm = { variance, producers };
      estimates.set(variance, () => estimateVariance(norm, weights, shapes, reader(merge)));
    }
  }
  const all = namedNorms(shapes).map(({ variance }) => variance);
  const interpolated = all.filter((name) => !estimates.has(name));
  return { summary: { estimated: [...estimates.keys()], interpolated }, estimates };
}

function areFloats(checkpoints: readonly Checkpoint[], names: readonly string[]): boolean {
  return checkpoints.every(({ tensors }) =>
    names.every((name) => isFloatDtype(tensors.get(name)!.dtype)),
  );
}

/** Reads tensors of the checkpoints with their units moved. */
function reader({ checkpoints, resolved, permutations, yieldPoint }: MergedCheckpoints) {
  return async (network: number, name: string) => {
    const tensor = checkpoints[network].tensors.get(name)!;
    const at = network - 1;
    const bytes =
      network === 0
        ? await tensor.read(yieldPoint)
        : await permutedBytes(name, tensor, resolved[at], permutations[at], yieldPoint);
    return floatsOf({ tensor, bytes }, 0, sizeOf(tensor.shape));
  };
}
