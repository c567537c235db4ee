/**
 * Aligns neural networks modulo permutation symmetry, over TensorFlow.js tensors.
 *
 * @module perm-lmc
 */

export * from './architectures';
export * from './assignment';
export * from './connectivity';
export { type InvalidInputDetails, InvalidInputError, LostDeviceError } from './errors';
export * from './fusion';
export * from './gradients';

export * from './io';
export * from './matching';
export * from './merging';
export * from './metrics';
export * from './models';
export * from './params';
export * from './permutation';
export * from './pruning';
export * from './repair';
export type { LongWorkOptions, Progress } from './runtime';
export * from './symmetry';
export * from './tracing';
