/**
 * Aligns neural networks modulo permutation symmetry, over TensorFlow.js tensors.
 *
 * @packageDocumentation
 */

// Assignment
export {
  type Assignment,
  type AssignmentDuals,
  type AssignmentOptions,
  type AssignmentSolver,
  type CertifiedAssignment,
  munkres,
  type SolveAssignmentOptions,
  shortestAugmentingPath,
  solveAssignment,
} from './assignment';
// Errors and long work
export { InvalidInputError } from './errors';
// Files
export {
  parsePermutations,
  parseSafetensors,
  parseSafetensorsIndex,
  parseSpec,
  type SafetensorsFile,
  type SafetensorsIndex,
  serializePermutations,
  serializeSafetensors,
  serializeSpec,
} from './io';
// Matching
export {
  type ActivationCapture,
  type ActivationComparison,
  type ActivationKernel,
  type ActivationMatchOptions,
  type ActivationMatchProgress,
  type ActivationsFn,
  activationMatch,
  type DescentStep,
  type GivenActivations,
  type GroupOrder,
  type MatchResult,
  type MatchThreads,
  type ProductEngine,
  type SimilarityKernel,
  type TracedActivations,
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from './matching';
// Merging
export {
  average,
  type InterpolateOptions,
  interpolate,
  type MixtureOptions,
  type RepairOptions,
  type RepairProgress,
  type ResetBatchNormOptions,
  repair,
  resetBatchNorm,
} from './merging';
// Metrics
export {
  type BarrierCurve,
  type BarrierGrid,
  type BarrierOptions,
  type BarrierProgress,
  type BarrierReport,
  type Baseline,
  barrier,
  type ClassificationData,
  classificationEvaluator,
  type Evaluate,
  type ForwardFn,
  type MixturePoint,
  type SimplexBarrierOptions,
  type SimplexGrid,
  type SimplexReport,
  type SimplexSurface,
  type SplitForward,
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
// Pruning
export {
  applyMask,
  type CubicOptions,
  cubic,
  type DensityCount,
  density,
  geometric,
  type IterativePruningOptions,
  isPrunable,
  iterativeMagnitudePruning,
  type MagnitudeMaskOptions,
  type MaskCountOptions,
  type MaskDensity,
  type MaskOverlap,
  magnitudeMask,
  maskAnd,
  maskOr,
  maskOverlap,
  type OverlapCount,
  oneShot,
  type PrunableFilter,
  type PruningLevel,
  type PruningProgress,
  type PruningScope,
  type RewindFn,
  randomMask,
  type Schedule,
  type TrainFn,
  transportMask,
} from './pruning';
// Specs: written
export {
  type AxisSpec,
  type ConcatAxis,
  type EntriesAxis,
  type EntrySpec,
  type FixedAxis,
  type FixedReason,
  formatSpec,
  type Group,
  type GroupAxis,
  type GroupParent,
  groupSizes,
  identityPermutations,
  type ParameterSpec,
  type PartAxis,
  type PermutationSpec,
  type PermutationSpecOptions,
  type ProductAxis,
  permutationSpec,
  permute,
  randomPermutations,
  type SpecDerivation,
} from './spec';
// Specs: derived
export {
  explainSpec,
  type SpecVerification,
  type TracedForward,
  type TraceInput,
  type TraceSpecOptions,
  traceSpec,
  type VerifySpecOptions,
  verifySpec,
} from './spec/derive';
export {
  type GraphModelInput,
  type GraphModelLike,
  type GraphModelPlaceholder,
  type GraphModelSpecOptions,
  graphModelNetwork,
  graphModelParams,
  graphModelSpec,
  type LayerLike,
  type LayersModelLike,
  type LayerVariableLike,
  layersModelNetwork,
  layersModelParams,
  layersModelSpec,
  type ModelForward,
  type ModelNetwork,
  type ModelSpecOptions,
  type SymbolicInputLike,
  setGraphModelParams,
  setLayersModelParams,
} from './spec/derive/models';
export {
  type ConvolutionNames,
  type Layout,
  mlpSpec,
  type ResnetNames,
  type ResnetSpecOptions,
  resnetSpec,
  type VggSpecOptions,
  vggSpec,
} from './spec/presets';
export type { BatchedInputs } from './spec/replay/batches';
