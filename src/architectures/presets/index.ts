export type { Layout } from './layout';
export { mlpSpec } from './mlpSpec';
export {
  type ConvolutionNames,
  type ResnetNames,
  type ResnetSpecOptions,
  resnetSpec,
} from './resnetSpec';
export { type VggSpecOptions, vggSpec } from './vggSpec';
