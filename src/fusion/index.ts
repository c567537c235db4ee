export { fold } from './fold/fold';
export type { FoldOptions, FoldProgress, FoldResult } from './fold/foldOptions';
export { repairFolded } from './fold/repairFolded';
export type { UnitPairs } from './partial/comparedNetworks';
export type { MergedSize } from './partial/mergedSize';
export type { PairKernel } from './partial/pairKernel';
export {
  type PartialMatchOptions,
  type PartialMatchProgress,
  type PartialMatchResult,
  partialMatch,
  type UnmatchedUnits,
} from './partial/partialMatch';
export type { UnionUnits } from './partial/unionUnits';
export { type UnitedNetworks, type UniteOptions, unite } from './partial/unite';
export { type OtFusionResult, otFusion } from './transport/otFusion';
export type { OtFusionOptions, OtFusionProgress } from './transport/otFusionOptions';
export type { TransportPlan } from './transport/transportPlan';
export type { NormParameters, NormsByGroup } from './widen/rescaleNorms';
export { type WidenOptions, type WidenResult, widen } from './widen/widen';
export type { WidenFill } from './widen/widenFill';
export { type ZipResult, zip } from './zip/zip';
export type { ZippedGroup } from './zip/zipGroups';
export type {
  ZipByActivations,
  ZipByWeights,
  ZipMerges,
  ZipOptions,
  ZipProgress,
  ZippedActivations,
} from './zip/zipOptions';
