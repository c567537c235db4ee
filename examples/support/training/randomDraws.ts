/** The fractional part of the golden ratio and the factors of the mixing function, as 32-bit integers. */
const GOLDEN = 0x9e3779b9;
const FACTORS = [0x21f0aaad, 0x735a2d97];

/**
 * A generator of integers: `draw(n)` is uniform in 0 … n − 1. The sequence depends on all of the numbers
 * given; it is that of SplitMix with 32 bits, a counter whose values are mixed.
 */
export function randomDraws(...numbers: readonly number[]): (n: number) => number {
  let state = numbers.reduce((mixed, number) => mix((mixed + GOLDEN) ^ number), 0);
  return (n) => {
    state = (state + GOLDEN) | 0;
    return Math.floor(((mix(state) >>> 0) / 2 ** 32) * n);
  };
}

/** A bijection of 32-bit integers in which every bit of the result depends on every bit of x. */
function mix(x: number): number {
  let z = x ^ (x >>> 16);
  for (const factor of FACTORS) {
    z = Math.imul(z, factor);
    z ^= z >>> 15;
  }
  return z;
}
