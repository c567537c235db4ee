/**
 * Aligns neural networks modulo permutation symmetry, over TensorFlow.js tensors.
 *
 * @packageDocumentation
 */

// Assignment
export {
  type Assignment,
  type AssignmentSolver,
  type CertifiedAssignment,
  munkres,
  shortestAugmentingPath,
  solveAssignment,
} from './assignment';
// Errors and long work
export { InvalidInputError } from './errors';
// Matching
export {
  type DescentStep,
  type GroupOrder,
  type MatchResult,
  type SimilarityKernel,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from './matching';
// Merging
export { average, type InterpolateOptions, interpolate, type MixtureOptions } from './merging';
// Metrics
export {
  type BarrierCurve,
  type BarrierOptions,
  type BarrierProgress,
  type BarrierReport,
  type Baseline,
  barrier,
  type ClassificationData,
  classificationEvaluator,
  type Evaluate,
  type ForwardFn,
  type SimplexBarrierOptions,
  type SimplexReport,
  type SimplexSurface,
  simplexBarrier,
} from './metrics';
// Parameters
export { isTrainable, type ParameterFilter, type Params } from './params';
// Permutations
export {
  compose,
  composePermutations,
  fixedPoints,
  hammingDistance,
  identityPermutation,
  invert,
  invertPermutations,
  isPermutation,
  type Permutation,
  type Permutations,
  permutationFromMatrix,
  permutationMatrix,
  randomPermutation,
} from './permutation';
export type { LongWorkOptions } from './progress';
// Specs
export {
  type AxisSpec,
  type EntrySpec,
  formatSpec,
  type Group,
  groupSizes,
  identityPermutations,
  type ParameterSpec,
  type PermutationSpec,
  type PermutationSpecOptions,
  permutationSpec,
  permute,
  randomPermutations,
} from './spec';
export {
  type Layout,
  mlpSpec,
  type ResnetNames,
  type ResnetSpecOptions,
  resnetSpec,
  type VggSpecOptions,
  vggSpec,
} from './spec/presets';

// Files
export {
  parseSafetensors,
  parseSafetensorsIndex,
  type SafetensorsFile,
  type SafetensorsIndex,
  serializeSafetensors,
} from './io';
