import * as tf from '@tensorflow/tfjs-core';
import { barrier, type Evaluate, type Params, type Permutations, permute } from 'perm-lmc';
import { sumOfProducts } from '../sumOfProducts';
import type { LastNetworks } from './lastNetworks';

/** A permutation, used at the last step. */
export interface AtEnd {
  /** The barrier of the mean cross-entropy, in nats. */
  readonly loss: number;
  /** The barrier of the share of errors. */
  readonly error: number;
  /** ⟨A, P B⟩ / (‖A‖ ‖B‖) over all parameters. */
  readonly alignment: number;
}

/** Measures a permutation, found on whichever networks, between the networks of the last step. */
export async function measureAtEnd(last: LastNetworks, permutations: Permutations): Promise<AtEnd> {
  const { a, b, pair } = last;
  const aligned = permute(pair.spec, b, permutations);
  const { loss, error } = await barrier(a, aligned, between(last), { points: pair.points });
  const alignment = await cosine(a, aligned);
  tf.dispose(aligned);
  return { loss: loss.max, error: error.max, alignment };
}

/** The evaluator of the pair, with the values that are known at both ends. */
function between({ pair, ends }: LastNetworks): Evaluate<'loss' | 'error'> {
  return async (params, point) => {
    const end = point!.weights.indexOf(1);
    return end < 0 ? pair.evaluate(params, point) : ends[end];
  };
}

async function cosine(a: Params, b: Params): Promise<number> {
  const ratio = tf.tidy(() => {
    const norms = tf.sqrt(tf.mul(sumOfProducts(a, a), sumOfProducts(b, b)));
    return tf.div(sumOfProducts(a, b), norms);
  });
  const [value] = await ratio.data();
  ratio.dispose();
  return value;
}
