/**
 * ONNX graphs as networks, computed by tfjs.
 *
 * @module perm-lmc/onnx
 */

export type { ExternalData } from './model/tensorSource';
export { type OnnxGraphOptions, onnxForward } from './onnxForward';
export { type OnnxParamsOptions, onnxParams } from './onnxParams';
export type { OnnxInput } from './run/programForward';
