export { type AverageOptions, average } from './average';
export { type InterpolateOptions, interpolate } from './interpolate';
export type { MixtureOptions } from './mixture';
export type { WeightOptions } from './mixtureWeights';
export { spliceParams } from './spliceParams';
export { taskVector } from './taskVector';
export {
  type TransportNetworks,
  type TransportOptions,
  transport,
} from './transport';
