export type { Checkpoint } from './checkpoint';
export type { ConnectivityOptions, ConnectivityProgress } from './connectivityOptions';
export type { Networks } from './networks';
export type {
  GivenRow,
  GroupSimilarity,
  LossPlaneGrid,
  LossPlaneReport,
  LossPlaneSurface,
  PlainPermutations,
  SimilarityStatistics,
  SimultaneousConnectivityReport,
  StrongConnectivityReport,
  StrongPair,
  StrongPairKind,
  Verdict,
  WeakConnectivityReport,
  WeakPair,
} from './reports';
export {
  type SimultaneousConnectivityOptions,
  simultaneousConnectivity,
} from './simultaneousConnectivity';
export {
  type JointMatcher,
  type StrongConnectivityOptions,
  strongConnectivity,
} from './strongConnectivity';
export { weakConnectivity } from './weakConnectivity';
