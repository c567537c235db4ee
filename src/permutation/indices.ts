/** The numbers 0 … n − 1; n is not checked. */
export function indices(n: number): Int32Array {
  const numbers = new Int32Array(n);
  for (let i = 0; i < n; i++) numbers[i] = i;
  return numbers;
}
