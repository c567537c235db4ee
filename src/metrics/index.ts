export {
  type BarrierCurve,
  type BarrierGrid,
  type BarrierOptions,
  type BarrierReport,
  type Baseline,
  barrier,
} from './barrier';
export type { ClassificationData } from './classificationData';
export { classificationEvaluator } from './classificationEvaluator';
export { comparePermutations, type PermutationComparison } from './comparePermutations';
export type {
  CellSettings,
  CellValues,
  ConnectivityCell,
  ConnectivityProgress,
} from './connectivity/cells';
export type { Checkpoint } from './connectivity/checkpoints';
export type { ConnectivityOptions } from './connectivity/connectivityOptions';
export type { JointMatcher } from './connectivity/jointMatcher';
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
} from './connectivity/reports';
export {
  type SimultaneousConnectivityOptions,
  simultaneousConnectivity,
} from './connectivity/simultaneousConnectivity';
export {
  type StrongConnectivityOptions,
  strongConnectivity,
} from './connectivity/strongConnectivity';
export {
  type WeakConnectivityOptions,
  weakConnectivity,
} from './connectivity/weakConnectivity';
export type { BarrierProgress, Evaluate } from './evaluate';
export type { ForwardFn, SplitForward } from './forward';
export { type LossPlaneOptions, lossPlane } from './lossPlane';
export type { MixturePoint } from './mixturePoint';
export {
  type MatchedSimilarity,
  type SimilarityStatisticsOptions,
  similarityStatistics,
} from './similarityStatistics';
export {
  type SimplexBarrierOptions,
  type SimplexGrid,
  type SimplexReport,
  type SimplexSurface,
  simplexBarrier,
} from './simplexBarrier';
export { transitivity } from './transitivity';
