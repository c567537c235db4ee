import * as tf from '@tensorflow/tfjs-core';
import { barrier, type Params, type Permutations, permute } from 'perm-lmc';
import { lastStep, type TrajectoryPair } from './trajectoryPair';

/** A permutation, used at the last step. */
export interface AtEnd {
  /** The barrier of the mean cross-entropy, in nats. */
  readonly loss: number;
  /** The barrier of the share of errors. */
  readonly error: number;
  /** ⟨A, P B⟩ / (‖A‖ ‖B‖) over all parameters. */
  readonly alignment: number;
}

/** Measures a permutation at the last step of a pair, on whichever networks it was found. */
export async function measureAtEnd(
  pair: TrajectoryPair,
  permutations: Permutations,
): Promise<AtEnd> {
  const { spec, evaluate, points } = pair;
  const last = lastStep(pair);
  const [a, b] = [await pair.a(last), await pair.b(last)];
  const aligned = permute(spec, b, permutations);
  const { loss, error } = await barrier(a, aligned, evaluate, { points });
  const alignment = await cosine(a, aligned);
  tf.dispose([a, b, aligned]);
  return { loss: loss.max, error: error.max, alignment };
}

async function cosine(a: Params, b: Params): Promise<number> {
  const dot = tf.tidy(() => {
    const [ab, aa, bb] = [sumOfProducts(a, b), sumOfProducts(a, a), sumOfProducts(b, b)];
    return tf.div(ab, tf.sqrt(tf.mul(aa, bb)));
  });
  const [value] = await dot.data();
  dot.dispose();
  return value;
}

function sumOfProducts(a: Params, b: Params): tf.Tensor {
  return tf.addN(Object.keys(a).map((name) => tf.sum(tf.mul(a[name], b[name]))));
}
