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
export {
  type EntropyProgress,
  type EntropyReport,
  type GroupEntropy,
  type PermutationEntropyOptions,
  permutationEntropy,
} from './entropy/permutationEntropy';
export type { JointMatcher } from './jointMatcher';
export { crossEntropy } from './learned/crossEntropy';
export type { LearnedCourse } from './learned/learnedCourse';
export type { LearningBatch, LearningData } from './learned/learningData';
export type { LearningOptions, LearningProgress } from './learned/learningOptions';
export type { LossFn } from './learned/lossOn';
export type { OptimizerSource } from './learned/optimisedParams';
export type {
  LearnedFromData,
  LearnedFromWeights,
  SinkhornLearning,
  SinkhornMatchOptions,
  SinkhornStart,
} from './learned/sinkhorn/completeSinkhornOptions';
export { type SinkhornMatchResult, sinkhornMatch } from './learned/sinkhorn/sinkhornMatch';
export { sinkhornMatcher } from './learned/sinkhorn/sinkhornMatcher';
export type { StraightThroughSharedOptions } from './learned/straightThrough/completeStraightThroughOptions';
export { straightThroughManyMatcher } from './learned/straightThrough/straightThroughManyMatcher';
export {
  type StraightThroughOptions,
  type StraightThroughResult,
  straightThroughMatch,
} from './learned/straightThrough/straightThroughMatch';
export { straightThroughMatcher } from './learned/straightThrough/straightThroughMatcher';
export {
  type StraightThroughManyOptions,
  type StraightThroughManyResult,
  straightThroughMatchMany,
} from './learned/straightThrough/straightThroughMatchMany';
export { manyMatcher } from './many/manyMatcher';
export {
  type JointSearch,
  type MatchManyOptions,
  type MatchManyResult,
  matchMany,
} from './many/matchMany';
export type { ManyMethod } from './many/matchStored';
export type { MatchedPair } from './many/pairAlignments';
export type { ManyStart } from './many/startPermutations';
export type { ManyNetwork } from './many/tensorStore';
export type { MatchManyProgress } from './many/visit';
export type { Matcher } from './matcher';
export type { MatchResult } from './matchResult';
export { matchSequence } from './matchSequence';
export type { ProductEngine } from './products/chooseEngine';
export type { DescentStep } from './weights/coordinateDescent';
export type { MatchStart } from './weights/firstStart';
export type { GroupOrder } from './weights/groupOrder';
export type { MatchMethod } from './weights/matchMethod';
export type { MatchThreads } from './weights/matchThreads';
export type { MatchBound } from './weights/prepareMatch';
export type { RunStart } from './weights/runMatch';
export type { RunSummary, WeightMatchProgress } from './weights/runMatches';
export type {
  KeptOptimum,
  MeasuredLoss,
  SearchOptions,
  SearchReport,
} from './weights/search/searchOptions';
export type { SimilarityKernel } from './weights/similarityKernel';
export { type UnitSimilarityOptions, unitSimilarity } from './weights/unitSimilarity';
export { weightMatch } from './weights/weightMatch';
export { weightMatcher } from './weights/weightMatcher';
export type { WeightMatchOptions } from './weights/weightMatchOptions';
export type { WeightMatchResult } from './weights/weightMatchResult';
