export type { ActivationKernel } from './activations/activationKernel';
export {
  type ActivationComparison,
  type ActivationMatchOptions,
  activationMatch,
  type GivenActivations,
  type TracedActivations,
} from './activations/activationMatch';
export { activationMatcher } from './activations/activationMatcher';
export type { ActivationMatchProgress } from './activations/compareActivations';
export type { ActivationsFn } from './activations/givenPlans';
export type { ActivationCapture } from './activations/tracedPlan';
export type { AlignmentChange, MatchAlignment } from './alignmentOf';
export type { JointMatcher } from './jointMatcher';
export { manyMatcher } from './many/manyMatcher';
export { type MatchManyOptions, type MatchManyResult, matchMany } from './many/matchMany';
export type { ManyMethod } from './many/matchStored';
export type { MatchedPair } from './many/pairAlignments';
export type { ManyStart } from './many/startPermutations';
export type { ManyNetwork } from './many/tensorStore';
export type { MatchManyProgress } from './many/visitNetwork';
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
