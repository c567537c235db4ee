import {
  type Evaluate,
  manyMatcher,
  type NetworkSource,
  type PermutationSpec,
  type StrongConnectivityReport,
  strongConnectivity,
  weightMatch,
} from 'perm-lmc';
import type { CifarStudy } from '../../support/cifarStudy';
import { TOLERANCE } from './measuredPair';

/** The barriers of three networks, without permutations, matched to the first, to each other, and jointly. */
export type MeasuredThree = StrongConnectivityReport<'loss' | 'error'>;

/** Measures three networks of seeds 1, 2 and 3; the parts of the report are kept under this name. */
export function measuredThree(
  { cells, follow, quick }: CifarStudy,
  name: string,
  three: {
    readonly spec: PermutationSpec;
    readonly evaluate: Evaluate<'loss' | 'error'>;
    readonly networks: readonly NetworkSource[];
  },
): Promise<MeasuredThree> {
  const { spec, evaluate, networks } = three;
  const named = Object.fromEntries(networks.map((load, i) => [`seed ${i + 1}`, load]));
  return strongConnectivity(named, {
    spec,
    evaluate,
    match: (a, b, { signal }) => weightMatch(spec, a, b, { seed: 0, signal }),
    matchAll: manyMatcher(spec, { seed: 0, start: 'bestReference' }),
    tolerance: TOLERANCE,
    points: quick ? 3 : 7,
    resolution: quick ? 1 : 3,
    own: true,
    ...cells(name),
    onProgress: follow(name),
  });
}
