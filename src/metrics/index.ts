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
export type { BarrierProgress, Evaluate } from './evaluate';
export type { EvaluatorOptions } from './evaluatorOptions';
export {
  type LossPlaneGrid,
  type LossPlaneOptions,
  type LossPlaneReport,
  type LossPlaneSurface,
  lossPlane,
} from './lossPlane';
export type { MixturePoint } from './mixturePoint';
export { type RegressionData, regressionEvaluator } from './regressionEvaluator';
export {
  type GroupSimilarity,
  type MatchedSimilarity,
  type SimilarityStatistics,
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
export type { SplitForward } from './splitForward';
export { transitivity } from './transitivity';
