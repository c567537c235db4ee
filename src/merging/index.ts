export { average } from './average';
export { type InterpolateOptions, interpolate } from './interpolate';
export type { MixtureOptions } from './mixture';
export { spliceParams } from './spliceParams';
