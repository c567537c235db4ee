import { Tensor } from '@tensorflow/tfjs-core';
import { isTrainable } from '../params';

/**
 * Chooses the parameters that are pruned, by name and tensor. A function of the name alone is one, too.
 */
export type PrunableFilter = (name: string, tensor: Tensor) => boolean;

/**
 * True if a parameter is pruned by default: kernels are, biases and normalisation are not. The name, in the
 * manner of tfjs or PyTorch, the rank and the dtype decide:
 *
 * - it is float32, of rank ≥ 2, and trained ({@link isTrainable}): `dense/kernel`, `depthwise_kernel`,
 *   `recurrent_kernel`, `fc1.weight`, `lstm.weight_hh_l0`, and any other name;
 * - its name is not that of a bias (`query/bias` of shape [heads, d]), a scale or a shift (`gamma`, `beta`),
 *   the slopes of a PReLU (`alpha`), or a weight of a normalisation (`layer_norm.weight`, `bn1`, `ln_2`);
 * - it is no embedding (`embeddings`, `embed_tokens.weight`, `wte`, `pos_embed`, `cls_token`): a row of an
 *   embedding is trained only where its token appears, so its size says little. A kernel of rank 4 belongs to a
 *   convolution, whatever its name.
 *
 * @param name - The parameter's name.
 * @param tensor - The parameter; only its rank and dtype are used.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { isPrunable } from 'perm-lmc';
 *
 * isPrunable('dense1/kernel', tf.zeros([4, 8])); // true
 * isPrunable('bn1.weight', tf.zeros([8])); // false
 * ```
 */
export function isPrunable(name: string, tensor: Tensor): boolean {
  if (typeof name !== 'string' || !(tensor instanceof Tensor)) return false;
  const { rank, dtype } = tensor;
  if (rank < 2 || dtype !== 'float32' || !isTrainable(name)) return false;
  const [last, owner = ''] = name.replace(/:\d+$/, '').split(/[./]/).reverse();
  const words = (part: string) => part.split('_');
  if (words(last).some((word) => /^(?:bias(?:es)?|beta|gamma|alpha)$/.test(word))) return false;
  const both = [...words(owner), ...words(last)];
  if (both.some((word) => /norm(?:\d*d)?\d*$|normali[sz]ation|^(?:bn|ln|gn)\d*$/i.test(word)))
    return false;
  const embeds = both.some((word) => /embed|^(?:emb|wte|wpe)$/i.test(word));
  return rank > 3 || !(embeds || /(?:^|_)tokens?$/.test(last));
}
