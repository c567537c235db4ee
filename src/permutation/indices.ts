/** 0 … n − 1, for an n that needs no check. */
export function indices(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}
