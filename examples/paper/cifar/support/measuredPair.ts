import {
  type Evaluate,
  type NetworkSource,
  type PermutationSpec,
  type WeakConnectivityReport,
  weakConnectivity,
  weightMatch,
} from 'perm-lmc';
import type { CifarStudy } from '../../support/cifarStudy';
import type { SplitMetric } from './testAndTrain';

/** The greatest barrier, in nats, of networks that count as connected. */
export const TOLERANCE = 0.05;

/** The barriers of two networks, without a permutation and matched by their weights. */
export type MeasuredPair = WeakConnectivityReport<SplitMetric<'loss' | 'error'>>;

/** Measures two networks; the parts of the report are kept under this name. */
export function measuredPair(
  { cells, follow, quick }: CifarStudy,
  name: string,
  pair: {
    readonly spec: PermutationSpec;
    readonly evaluate: Evaluate<SplitMetric<'loss' | 'error'>>;
    /** Seeds 1 and 2. */
    readonly networks: readonly NetworkSource[];
  },
): Promise<MeasuredPair> {
  const { spec, evaluate, networks } = pair;
  const named = Object.fromEntries(networks.map((load, i) => [`seed ${i + 1}`, load]));
  return weakConnectivity(named, {
    spec,
    evaluate,
    match: (a, b, { signal }) => weightMatch(spec, a, b, { seed: 0, signal }),
    tolerance: TOLERANCE,
    points: quick ? 3 : 7,
    ...cells(name),
    onProgress: follow(name),
  });
}
