/**
 * ONNX graphs as networks, computed by tfjs.
 *
 * @module perm-lmc/onnx
 */

export type { ExternalData } from './model/tensorSource';
export { type OnnxGraphOptions, onnxForward } from './onnxForward';
export { type OnnxNetwork, type OnnxNetworkOptions, onnxNetwork } from './onnxNetwork';
export {
  type OnnxNetworks,
  type OnnxNetworksOptions,
  type OnnxValue,
  onnxNetworks,
} from './onnxNetworks';
export { type OnnxParamsOptions, onnxParams } from './onnxParams';
export { onnxSpec } from './onnxSpec';
export type { OnnxInput } from './run/programForward';
export type { OnnxFiles } from './write/replaceWeights';
export { type WriteOnnxOptions, writeOnnx } from './writeOnnx';
