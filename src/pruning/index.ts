export type { PruningScope } from './amountOf';
export { applyMask } from './applyMask';
export { type CubicOptions, cubic } from './cubic';
export { type DensityCount, density, type MaskCountOptions, type MaskDensity } from './density';
export { geometric } from './geometric';
export { isPrunable, type PrunableFilter } from './isPrunable';
export { iterativeMagnitudePruning } from './iterativeMagnitudePruning';
export { type MagnitudeMaskOptions, magnitudeMask } from './magnitudeMask';
export { maskAnd } from './maskAnd';
export { maskOr } from './maskOr';
export { type MaskOverlap, maskOverlap, type OverlapCount } from './maskOverlap';
export { oneShot } from './oneShot';
export type {
  IterativePruningOptions,
  PruningLevel,
  PruningProgress,
  RewindFn,
  TrainFn,
} from './pruningLevel';
export { randomMask } from './randomMask';
export type { Schedule } from './schedule';
export { transportMask } from './transportMask';
