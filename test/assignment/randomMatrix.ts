/** Values by a linear congruence, so that a seed is enough to reproduce a failure. */
export function randomMatrix(n: number, seed: number, ties: boolean): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: n * n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ties ? (state >>> 16) % 10 : state / 2 ** 32;
  });
}
