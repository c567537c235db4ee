import { add, cast, clone, equal, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { type RandomSource, randomSource } from '../../runtime';

/** The uniform noise of weights: w becomes w·(1 + c + u), and zeros become z. */
export interface Noise {
  /** The range of u, drawn for each weight: 0 ≤ u < relative. */
  readonly relative: number;
  /** The range of c, drawn for each parameter: |c| ≤ common / 2. Default 0. */
  readonly common?: number;
  /** The range of z, drawn for each zero: 0 ≤ z < zeros. Default 0. */
  readonly zeros?: number;
  /** Selects the parameters that get noise. Default: all float32 parameters. */
  readonly only?: (name: string) => boolean;
}

/** Copies of the params with noise; the caller disposes them. */
export function noisyParams(
  params: Params,
  { relative, common = 0, zeros = 0, only = () => true }: Noise,
  random: RandomSource,
): Params {
  const table = Float32Array.from({ length: PERIOD }, () => uniform(random));
  const noise = ({ size, shape }: Tensor) => {
    const values = new Float32Array(size);
    let from = random.below(PERIOD);
    for (let at = 0; at < size; from = 0) {
      const taken = table.subarray(from, from + size - at);
      values.set(taken, at);
      at += taken.length;
    }
    return tensor(values, shape);
  };
  return tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, own]) => {
        if (own.dtype !== 'float32' || !only(name)) return [name, clone(own)];
        const offset = common * (uniform(random) - 0.5);
        const scaled = mul(own, add(1 + offset, mul(noise(own), relative)));
        if (zeros === 0) return [name, scaled];
        return [name, add(scaled, mul(cast(equal(own, 0), 'float32'), mul(noise(own), zeros)))];
      }),
    ),
  );
}

/** The number of random numbers, drawn once and reused in turn. It is prime, so the noise does not repeat along an axis. */
const PERIOD = 65521;

function uniform(random: RandomSource): number {
  return random.below(2 ** 16) / 2 ** 16;
}

/** A random source for noise, independent for each purpose. */
export function noiseSource(seed: number, purpose: number): RandomSource {
  return randomSource(seed, 10 + purpose);
}
