export type { BatchedInputs } from './batches';
export type { ForwardFn } from './forwardFn';
export { isTrainable, type ParameterFilter } from './isTrainable';
export type { NetworkInput } from './networkInput';
export type { NetworkSource } from './networkSource';
export type { Params } from './params';
export { type PrefixMapping, prefixMapping } from './prefixMapping';
export { renamePrefix } from './renamePrefix';
