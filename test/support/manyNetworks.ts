import * as tf from '@tensorflow/tfjs-core';
import { type Params, type PermutationSpec, type Permutations, permute } from 'perm-lmc';

/** S = Σ_{i<j} ⟨Xᵢ, Xⱼ⟩ from its definition, in float64: permute, multiply, add up. */
export async function sumOverPairs(
  spec: PermutationSpec,
  networks: readonly Params[],
  permutations: readonly Permutations[],
  includes: (name: string) => boolean = (name) => !/running|moving|num_batches/.test(name),
): Promise<number> {
  const values: ArrayLike<number>[][] = [];
  for (const [k, params] of networks.entries()) {
    const moved = permute(spec, params, permutations[k]);
    const names = Object.keys(moved).filter(includes);
    values.push(await Promise.all(names.map((name) => moved[name].data())));
    tf.dispose(moved);
  }
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      values[i].forEach((x, at) => {
        const y = values[j][at];
        for (let v = 0; v < x.length; v++) sum += x[v] * y[v];
      });
    }
  }
  return sum;
}
