import { assertChoice } from '../../checks';
import { isFloatDtype } from '../../io/internal';
import { sizeOf } from '../../params/internal';
import { estimateVariance, namedNorms, normProducers } from '../../repair/internal';
import { shapesOfCheckpoint } from './checkpoint';
import type { MergedCheckpoints } from './mergedCheckpoints';
import { readMoved } from './readMoved';
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

/** Computes the estimate of a moving variance. */
export type Estimate = () => Promise<Float64Array<ArrayBuffer>>;

/** The moving variances of a merge, and the estimates of those that can be estimated. */
export interface MergedVariances {
  readonly summary: StatisticsSummary;
  /** The estimates by the names of the variances. */
  readonly estimates: ReadonlyMap<string, Estimate>;
}

/** Throws unless the option `statistics` is valid. */
export function assertStatistics(statistics: MergedStatistics): void {
  assertChoice('statistics', statistics, ['estimate', 'interpolate']);
}

/**
 * Finds the moving variances of a merge, and the kernels for their estimates. Values are read when an estimate is
 * computed, two kernels at a time.
 */
export function mergedVariances(
  merge: MergedCheckpoints,
  weights: readonly number[],
  statistics: MergedStatistics,
  yieldPoint: () => Promise<void>,
): MergedVariances {
  const shapes = shapesOfCheckpoint(merge.checkpoints[0]);
  const read = async (network: number, name: string) => {
    const stored = await readMoved(merge, network, name, yieldPoint);
    return floatsOf(stored, 0, sizeOf(stored.tensor.shape));
  };
  const estimates = new Map<string, Estimate>();
  const resized = new Set(merge.resized);
  if (merge.checkpoints.length > 1 && statistics === 'estimate') {
    for (const { variance, producers } of normProducers(merge.specs[0], shapes)) {
      const names = [variance, ...(producers ?? []).map(({ param }) => param)];
      if (producers === null || !names.every((name) => isWholeFloats(merge, resized, name)))
        continue;
      const norm = { variance, producers };
      estimates.set(variance, () => estimateVariance(norm, weights, shapes, read));
    }
  }
  const all = namedNorms(shapes).map(({ variance }) => variance);
  const interpolated = all.filter((name) => !estimates.has(name));
  return { summary: { estimated: [...estimates.keys()], interpolated }, estimates };
}

/** True for a tensor of floats that has all of its rows in every checkpoint. */
function isWholeFloats(
  { checkpoints }: MergedCheckpoints,
  resized: ReadonlySet<string>,
  name: string,
): boolean {
  return (
    !resized.has(name) && checkpoints.every(({ tensors }) => isFloatDtype(tensors.get(name)!.dtype))
  );
}
