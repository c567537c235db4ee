export {
  type EstimateBatchNormOptions,
  type EstimatedBatchNorm,
  estimateBatchNorm,
} from './estimateBatchNorm';
export {
  type MergeManyOptions,
  type MergeManyProgress,
  type MergeManyResult,
  mergeMany,
} from './mergeMany';
export { repair } from './repair';
export type { RepairProgress } from './repairLayers';
export type { RepairOptions, ResetBatchNormOptions } from './repairOptions';
export { resetBatchNorm } from './resetBatchNorm';
