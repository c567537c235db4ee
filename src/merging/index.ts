export { average } from './average';
export { type InterpolateOptions, interpolate } from './interpolate';
export type { MixtureOptions } from './mixture';
export { repair } from './repair/repair';
export type { RepairProgress } from './repair/repairLayers';
export type { RepairOptions, ResetBatchNormOptions } from './repair/repairOptions';
export { resetBatchNorm } from './repair/resetBatchNorm';
export { spliceParams } from './spliceParams';
