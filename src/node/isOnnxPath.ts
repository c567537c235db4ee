/** True for the path of an ONNX file, by its extension. */
export function isOnnxPath(path: string): boolean {
  return path.toLowerCase().endsWith('.onnx');
}
