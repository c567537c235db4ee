export type { Layout } from './layout';
export { mlpSpec } from './mlp';
export {
  type ConvolutionNames,
  type ResnetNames,
  type ResnetSpecOptions,
  resnetSpec,
} from './resnet';
export { type VggSpecOptions, vggSpec } from './vgg';
