/** The values of a tensor. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;
