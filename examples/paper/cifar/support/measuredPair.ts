import {
  type Evaluate,
  type NetworkSource,
  type PermutationSpec,
  type WeakConnectivityReport,
  weakConnectivity,
  weightMatch,
} from 'perm-lmc';
import type { CifarStudy } from '../../support/cifarStudy';
import type { BothMetric } from './testAndTrain';

/** The greatest barrier, in nats, of networks that count as connected. */
export const TOLERANCE = 0.05;

/** The barriers of two networks, without a permutation and matched by their weights. */
export type MeasuredPair = WeakConnectivityReport<BothMetric>;

/** Measures two networks, seeds 1 and 2; the parts of the report are kept under this name. */
export function measuredPair(
  { cells, follow, quick }: CifarStudy,
  name: string,
  pair: {
    readonly spec: PermutationSpec;
    readonly evaluate: Evaluate<BothMetric>;
    readonly networks: readonly [NetworkSource, NetworkSource];
  },
): Promise<MeasuredPair> {
  const { spec, evaluate, networks } = pair;
  return weakConnectivity(
    { 'seed 1': networks[0], 'seed 2': networks[1] },
    {
      spec,
      evaluate,
      match: (a, b, { signal }) => weightMatch(spec, a, b, { seed: 0, signal }),
      tolerance: TOLERANCE,
      points: quick ? 3 : 7,
      ...cells(name),
      onProgress: follow(name),
    },
  );
}
