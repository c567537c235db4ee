/** An ONNX model as it is on disk. */
export interface ModelBytes {
  /** The bytes of the `.onnx` file. */
  readonly bytes: Uint8Array;
  /** The bytes of the files beside it, by location: the path from its folder, as the model gives it. */
  readonly externalData: Readonly<Record<string, Uint8Array>>;
}
