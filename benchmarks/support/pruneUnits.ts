import * as tf from '@tensorflow/tfjs-core';
import type { Params, PermutationSpec } from 'perm-lmc';

/**
 * Magnitude pruning of whole units: each group keeps the units whose kernels have the largest sums of absolute values.
 * Groups are on whole axes, as in MLPs and plain convolutional networks.
 *
 * @param sizes - The number of units to keep, by group.
 */
export function pruneUnits(
  spec: PermutationSpec,
  params: Params,
  sizes: Readonly<Record<string, number>>,
): Params {
  return tf.tidy(() => {
    const kept = Object.fromEntries(
      Object.entries(sizes).map(([group, size]) => [group, largest(spec, params, group, size)]),
    );
    return Object.fromEntries(
      Object.entries(params).map(([name, tensor]) => [
        name,
        spec.params[name].axes.reduce<tf.Tensor>(
          // tfjs-wasm records the result of a gather as of rank 4, which it refuses as a fused bias.
          (own, axis, at) =>
            axis.kind === 'group' ? tf.mul(tf.gather(own, kept[axis.group], at), 1) : tf.clone(own),
          tf.clone(tensor),
        ),
      ]),
    );
  });
}

/** The units of a group with the largest producing kernels, in their order. */
function largest(spec: PermutationSpec, params: Params, group: string, size: number): tf.Tensor1D {
  const sums = Object.entries(params).flatMap(([name, tensor]) =>
    spec.params[name].axes.flatMap((axis, at) => {
      const produces = axis.kind === 'group' && axis.group === group && axis.role === 'producer';
      if (!produces || tensor.rank < 2) return [];
      const others = [...tensor.shape.keys()].filter((each) => each !== at);
      return [tf.sum(tf.abs(tensor), others)];
    }),
  );
  const { indices } = tf.topk(tf.addN(sums), size);
  return tf.tensor1d(
    [...indices.dataSync()].sort((x, y) => x - y),
    'int32',
  );
}
