import * as tf from '@tensorflow/tfjs-core';
import {
  invertPermutations,
  type Params,
  type Permutations,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { invertedResidual } from './invertedResidual';
import type { PlantedFamily } from './plantedFamily';
import { residual, uniformEnds } from './residualNetworks';
import { transformer } from './transformer';

/** A family, and the noise on the permuted copy in standard deviations of each parameter. */
export interface PlantedCase {
  readonly family: PlantedFamily;
  readonly noise: number;
}

/** A network A, and B: A with its units in another order, with or without noise. */
export interface PlantedPair {
  readonly a: Params;
  readonly b: Params;
  /** The permutations that move B onto A. No others do: no two units are alike. */
  readonly solution: Permutations;
}

const NOISE = 0.3;

/** Each of the residual networks, without noise and with it. */
export const residualCases: readonly PlantedCase[] = withAndWithoutNoise([residual, uniformEnds]);

/** {@link residualCases}, and networks of inverted residuals and of attention. */
export const plantedCases: readonly PlantedCase[] = [
  ...residualCases,
  ...withAndWithoutNoise([invertedResidual, transformer]),
];

/** The name of a case. */
export function caseName({ family, noise }: PlantedCase): string {
  return noise === 0 ? family.name : `${family.name}, noise ${noise}`;
}

/** The pair of a seed. The caller disposes both networks. */
export function plantedPair({ family, noise }: PlantedCase, seed: number): PlantedPair {
  const a = randomNetwork(family, seed);
  const planted = randomPermutations(family.spec, a, { seed });
  const b = tf.tidy(() => noisy(permute(family.spec, a, planted), noise, seed));
  return { a, b, solution: invertPermutations(planted) };
}

/** The number of the seeds 1 … `runs` for which `match` finds the planted permutations exactly. */
export async function countRecovered(
  planted: PlantedCase,
  runs: number,
  match: (pair: PlantedPair, seed: number) => Promise<Permutations>,
): Promise<number> {
  let recovered = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const pair = plantedPair(planted, seed);
    if (isSame(await match(pair, seed), pair.solution)) recovered++;
    tf.dispose([pair.a, pair.b]);
  }
  return recovered;
}

function withAndWithoutNoise(families: readonly PlantedFamily[]): PlantedCase[] {
  return families.flatMap((family) => [0, NOISE].map((noise) => ({ family, noise })));
}

/** Weights of variance 1, scales near 1 and positive variances. */
function randomNetwork({ shapes, ones = [] }: PlantedFamily, seed: number): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => {
        if (ones.includes(name)) return [name, tf.ones([...shape])];
        const values = tf.randomNormal([...shape], 0, 1, 'float32', 1000 * seed + i);
        if (!/gamma|variance/.test(name)) return [name, values];
        return [name, tf.exp(tf.mul(values, 0.3))];
      }),
    ),
  );
}

/** A copy with noise of `scale` standard deviations on every parameter. */
function noisy(params: Params, scale: number, seed: number): Params {
  if (scale === 0) return params;
  return Object.fromEntries(
    Object.entries(params).map(([name, x], i) => {
      const deviation = tf.mul(tf.sqrt(tf.moments(x).variance), scale);
      const noise = tf.randomNormal(x.shape, 0, 1, 'float32', 1_000_000 + 1000 * seed + i);
      return [name, tf.add(x, tf.mul(noise, deviation))];
    }),
  );
}

function isSame(p: Permutations, q: Permutations): boolean {
  return Object.entries(q).every(([group, order]) =>
    order.every((unit, i) => unit === p[group][i]),
  );
}
