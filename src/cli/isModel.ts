/** True for a format whose files hold the graph of a network, from which its spec is derived. */
export function isModel({ format }: { readonly format: string }): boolean {
  return format === 'ONNX' || format === 'tfjs';
}
