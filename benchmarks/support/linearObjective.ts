import * as tf from '@tensorflow/tfjs-core';
import {
  isTrainable,
  type Params,
  type PermutationSpec,
  type Permutations,
  permute,
} from 'perm-lmc';

/**
 * The objective of weight matching under the linear kernel, whatever found the permutations:
 *
 *     S = Σ_w ⟨A_w, (P B)_w⟩      over all parameters but moving statistics
 */
export async function linearObjective(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  permutations: Permutations,
): Promise<number> {
  const aligned = permute(spec, b, permutations);
  let sum = 0;
  for (const name of Object.keys(a).filter((each) => isTrainable(each))) {
    const [x, y] = [await a[name].data(), await aligned[name].data()];
    for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  }
  tf.dispose(aligned);
  return sum;
}
