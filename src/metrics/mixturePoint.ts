import { clone, dispose, keep, Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid, named } from '../errors';
import type { Params } from '../params';

/**
 * Place of a network among those whose barrier is measured: its params are Σ wᵢθᵢ. `barrier`,
 * `simplexBarrier` and `lossPlane` pass it to `evaluate`, so that a function f that is linear in the params
 * need not be computed anew at every point: f(Σ wᵢθᵢ) = Σ wᵢf(θᵢ), and the f(θᵢ) are the same at all points.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { barrier, type Evaluate, type Params } from 'perm-lmc';
 *
 * const x = tf.tensor2d([[1, 2]]);
 * const product = ({ w }: Params) => tf.matMul(x, w as tf.Tensor2D);
 * const evaluate: Evaluate<'loss'> = async (params, point) => {
 *   const loss = tf.tidy(() => {
 *     const terms = point?.networks.map((network, i) =>
 *       tf.mul(point.shared(`x·w of network ${i}`, () => product(network)), point.weights[i]),
 *     );
 *     return tf.sum(tf.relu(terms ? tf.addN(terms) : product(params)));
 *   });
 *   const [value] = await loss.data();
 *   loss.dispose();
 *   return { loss: value };
 * };
 * const a = { w: tf.tensor2d([[1], [1]]) };
 * const b = { w: tf.tensor2d([[1], [-1]]) };
 * const curve = await barrier(a, b, evaluate); // two products instead of 25
 * curve.loss.values[12]; // relu(0.5·3 + 0.5·(−1)) = 1
 * ```
 */
export interface MixturePoint {
  /** The networks θᵢ, as `barrier` and `simplexBarrier` received them; not to be disposed. */
  readonly networks: readonly Params[];
  /**
   * Their weights wᵢ, which sum to 1. A network of weight 0 is not in the mixture: leave it out, since
   * 0·∞ is NaN. Integer tensors of the params come from the first network.
   */
  readonly weights: readonly number[];
  /**
   * The tensor of this key: what `make` returns where it is asked for first, and the same tensor at
   * all later points of this barrier. `make` runs inside a `tf.tidy` and may depend on the networks,
   * not on the weights. The barrier owns the tensor: it keeps it until it ends and then disposes it.
   */
  readonly shared: (key: string, make: () => Tensor) => Tensor;
}

/** The tensors that the points of one barrier share. */
export interface SharedTensors {
  readonly shared: MixturePoint['shared'];
  /** Disposes them all; `shared` throws from then on. */
  readonly dispose: () => void;
}

/** Tensors by key, for one barrier. */
export function createSharedTensors(): SharedTensors {
  const tensors = new Map<string, Tensor>();
  let over = false;
  return {
    shared(key, make) {
      return named('point.shared', () => {
        if (over) throw overError(key);
        const known = tensors.get(key);
        if (known) return known;
        const made = keepTensor(key, make);
        tensors.set(key, made);
        return made;
      });
    },
    dispose() {
      over = true;
      dispose([...tensors.values()]);
    },
  };
}

/** The tensor that `make` returns, kept beyond every tidy: a clone, since the caller may dispose the original. */
function keepTensor(key: string, make: () => Tensor): Tensor {
  return tidy(() => {
    const made: unknown = make();
    if (made instanceof Tensor) return keep(clone(made));
    throw invalid(
      `make did not return a tensor for '${key}'`,
      'Return one tensor, not a promise or a list',
    );
  });
}

function overError(key: string): Error {
  return invalid(
    `'${key}' was asked for after the barrier had ended`,
    'Use a point only until evaluate has returned, and await all that evaluate starts',
  );
}
