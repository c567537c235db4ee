/** The numbers 0 … n − 1; n is not checked. */
export function indices(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}
