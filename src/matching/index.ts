export type { ActivationKernel } from './activations/activationKernel';
export { activationMatch } from './activations/activationMatch';
export { activationMatcher } from './activations/activationMatcher';
export type { ActivationMatchProgress } from './activations/compareActivations';
export type {
  ActivationComparison,
  ActivationMatchOptions,
  GivenActivations,
  TracedActivations,
} from './activations/completeActivationOptions';
export type { ActivationsFn } from './activations/givenPlans';
export { activationManyMatcher } from './activations/many/activationManyMatcher';
export {
  type ActivationMatchManyOptions,
  type ActivationMatchManyResult,
  type ActivationPair,
  activationMatchMany,
  type JointActivationOptions,
} from './activations/many/activationMatchMany';
export type { ActivationCapture } from './activations/tracedPlan';
export type { AlignmentChange, MatchAlignment } from './alignmentOf';
export type { Matcher } from './matcher';
export type { MatchResult } from './matchResult';
export { matchSequence } from './matchSequence';
export type { ProductEngine } from './products/chooseEngine';
export type { DescentStep } from './weights/coordinateDescent';
export type { GroupOrder } from './weights/groupOrder';
export type { MatchThreads } from './weights/matchThreads';
export type { WeightMatchProgress } from './weights/runMatches';
export type { SimilarityKernel } from './weights/similarityKernel';
export { type UnitSimilarityOptions, unitSimilarity } from './weights/unitSimilarity';
export { type WeightMatchOptions, weightMatch } from './weights/weightMatch';
export { weightMatcher } from './weights/weightMatcher';
