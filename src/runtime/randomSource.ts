import { shown } from '../checks';
import { invalid } from '../errors';

/** A source of uniform random integers: `below(n)` is uniform on `{0, …, n − 1}`, for n ≥ 1. */
export interface RandomSource {
  below(n: number): number;
}

/**
 * A seeded source of random integers: xoshiro128** (Blackman & Vigna 2021), its state filled from both
 * halves of the seed by a 32-bit mixer. A seed gives the same sequence in every process and on every engine.
 *
 * @param stream - Selects one of the independent sequences of a seed, for parallel work. Default 0.
 */
export function randomSource(seed: number, stream = 0): RandomSource {
  assertSeed(seed);
  const next = xoshiro128(seed, stream);
  return {
    below(n) {
      // Values above the largest multiple of n are drawn again, so that all remainders are equally likely.
      const limit = 2 ** 32 - (2 ** 32 % n);
      for (;;) {
        const value = next();
        if (value < limit) return value % n;
      }
    },
  };
}

/** Throws unless the seed is an integer. */
export function assertSeed(seed: number): void {
  if (!Number.isSafeInteger(seed)) {
    throw invalid(
      `seed must be an integer, received ${shown(seed)}`,
      'Pass a safe integer such as 0',
      {
        param: 'seed',
        received: seed,
      },
    );
  }
}

function xoshiro128(seed: number, stream: number): () => number {
  const low = seed | 0;
  const high = Math.floor(seed / 2 ** 32) | 0;
  const own = stream === 0 ? 0 : mix(mix(stream));
  const state = Uint32Array.from({ length: 4 }, (_, i) => mix(low + i) ^ mix(mix(high) + i + own));
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return result;
  };
}

/** A bijection of 32-bit integers in which every bit of the result depends on every bit of x. */
function mix(x: number): number {
  let z = Math.imul(x, 0x9e3779b1) + 0x85ebca6b;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
