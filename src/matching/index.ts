export type { ActivationKernel } from './activation/activationKernel';
export type { ActivationMatchProgress } from './activation/compareActivations';
export type { ActivationsFn } from './activation/givenPlans';
export type { ActivationCapture } from './activation/tracedPlan';
export {
  type ActivationComparison,
  type ActivationMatchOptions,
  activationMatch,
  type GivenActivations,
  type TracedActivations,
} from './activationMatch';
export { activationMatcher } from './activationMatcher';
export type { DescentStep } from './coordinateDescent';
export type { GroupOrder } from './groupOrder';
export type { SimilarityKernel } from './kernel';
export type { Matcher } from './matcher';
export type { MatchResult } from './matchResult';
export { matchSequence } from './matchSequence';
export type { ProductEngine } from './products/chooseEngine';
export type { MatchThreads } from './threads';
export { type UnitSimilarityOptions, unitSimilarity } from './unitSimilarity';
export {
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from './weightMatch';
export { weightMatcher } from './weightMatcher';
