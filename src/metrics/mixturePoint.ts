import { clone, dispose, keep, Tensor, tidy } from '@tensorflow/tfjs-core';
import { dropRejection, kindOf } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';

/**
 * A point of a barrier, a simplex or a plane: the mixture Σ wᵢθᵢ of networks θᵢ. `barrier`, `simplexBarrier` and
 * `lossPlane` pass it to `evaluate`. A function f that is linear in the params then needs to be computed only
 * once for each network: f(Σ wᵢθᵢ) = Σ wᵢf(θᵢ), and the f(θᵢ) are the same at all points.
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
  /** The networks θᵢ, as passed by the caller. Do not dispose them. */
  readonly networks: readonly Params[];
  /**
   * The weights wᵢ, which sum to 1. Leave out a network of weight 0, because 0·∞ is NaN. Integer tensors of
   * the params come from the first network.
   */
  readonly weights: readonly number[];
  /**
   * Returns the tensor under this key. The first call makes it with `make`; later calls, also at other
   * points, return the same tensor. `make` runs inside a `tf.tidy`, and may depend on the networks but not
   * on the weights. The barrier owns the tensor and disposes it when it ends.
   */
  readonly shared: (key: string, make: () => Tensor) => Tensor;
  /**
   * Aborted when the result is no longer needed, with the signal of the barrier. Pass it to `fetch`, or end a worker
   * by it. Undefined if the barrier has no signal.
   */
  readonly signal?: AbortSignal;
}

/** The mixtures at the points of barriers. */
const mixtures = new WeakMap<MixturePoint, Params>();

/** Notes the mixture Σ wᵢθᵢ that the barrier has made at a point. */
export function noteMixture(point: MixturePoint, mixture: Params): void {
  mixtures.set(point, mixture);
}

/** The mixture that the barrier has made at a point; undefined for a point that is not a barrier's own. */
export function mixtureAt(point: MixturePoint): Params | undefined {
  return mixtures.get(point);
}

/** Tensors shared by the points of one barrier. */
export interface SharedTensors {
  readonly shared: MixturePoint['shared'];
  /** Disposes all of them; `shared` throws afterwards. */
  readonly dispose: () => void;
}

/** Creates the shared tensors of one barrier. */
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

/** A clone of the tensor that `make` returns, kept beyond every tidy. The caller may dispose the original. */
function keepTensor(key: string, make: () => Tensor): Tensor {
  return tidy(() => {
    const made: unknown = make();
    if (made instanceof Tensor) return keep(clone(made));
    dropRejection(made);
    throw invalid(
      `make must return a tensor for '${key}', received ${kindOf(made)}`,
      'Return one tensor, not a promise or a list',
      { param: 'make', received: kindOf(made) },
    );
  });
}

function overError(key: string): Error {
  return invalid(
    `the tensor '${key}' was requested after the barrier had ended`,
    'Use a point only until evaluate has returned, and await in evaluate all work that it starts',
    { param: 'key', received: key },
  );
}
