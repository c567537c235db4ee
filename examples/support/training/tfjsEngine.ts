import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { applyMask } from '../mask';
import { lossAndGradients } from './lossAndGradients';
import type { CreateTrainingEngine, LabelledBatch } from './trainingEngine';

/**
 * A training engine in operations of tfjs, on the backend that is current when a step is made: wasm, WebGPU or cpu.
 */
export const createTfjsEngine: CreateTrainingEngine = async ({
  network,
  params: start,
  velocity: startVelocity,
  mask = {},
  momentum = 0.9,
  weightDecay = 1e-4,
}) => {
  const held = copies(mask);
  let params = tf.tidy(() => copies(applyMask(start, mask)));
  let velocity = copies(startVelocity ?? {}, params);
  const update = ({ images, labels, count, size }: LabelledBatch, rate: number) => {
    const x = tf.tensor4d(images, [count, size, size, 3]);
    const y = tf.tensor1d(labels, 'int32');
    const { value: loss, gradients } = lossAndGradients(network, params, x, y);
    const masked = applyMask(gradients, held);
    const nextVelocity = mapped(params, (w, name) => {
      const g = tf.add(masked[name], tf.mul(w, weightDecay));
      return tf.add(tf.mul(velocity[name], momentum), g);
    });
    const next = mapped(params, (w, name) => tf.sub(w, tf.mul(nextVelocity[name], rate)));
    return { loss, params: next, velocity: nextVelocity };
  };
  return {
    async step(batch, rate) {
      const next = tf.tidy(() => update(batch, rate));
      tf.dispose([params, velocity]);
      ({ params, velocity } = next);
      const [loss] = await next.loss.data();
      next.loss.dispose();
      return loss;
    },
    read: async () => ({ params: copies(params), velocity: copies(velocity) }),
    dispose: () => tf.dispose([params, velocity, held]),
  };
};

/** Copies of the tensors; with `like`, zeros of their shapes for the names that are missing. */
function copies(tensors: Params, like: Params = tensors): Params {
  return mapped(like, (x, name) => (name in tensors ? tf.clone(tensors[name]) : tf.zeros(x.shape)));
}

function mapped(params: Params, change: (x: tf.Tensor, name: string) => tf.Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, x]) => [name, change(x, name)]));
}
