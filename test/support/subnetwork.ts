import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec, randomPermutations } from 'perm-lmc';

/** The spec of the fixtures' MLPs with two hidden layers, with roles. */
export const roledMlpSpec = permutationSpec({
  ...{ 'fc1.weight': 'h1> _', 'fc1.bias': 'h1>', 'fc2.weight': 'h2> >h1', 'fc2.bias': 'h2>' },
  ...{ 'fc3.weight': '_ >h2', 'fc3.bias': '_' },
});

/** A part of a network, and where its units come from. */
export interface Subnetwork {
  readonly params: Params;
  /** By group, the unit of the whole network for each unit of the part. */
  readonly planted: Readonly<Record<'h1' | 'h2', Int32Array>>;
}

/** Some units of each hidden layer of an MLP, drawn at random, in random order. The caller disposes the params. */
export function subnetwork(whole: Params, units: number, seed: number): Subnetwork {
  const { h1, h2 } = randomPermutations(roledMlpSpec, whole, { seed });
  const planted = { h1: h1.slice(0, units), h2: h2.slice(0, units) };
  const params = tf.tidy(() => {
    const [kept1, kept2] = [planted.h1, planted.h2].map((p) => tf.tensor1d(p, 'int32'));
    return {
      'fc1.weight': tf.gather(whole['fc1.weight'], kept1),
      'fc1.bias': tf.gather(whole['fc1.bias'], kept1),
      'fc2.weight': tf.gather(tf.gather(whole['fc2.weight'], kept2), kept1, 1),
      'fc2.bias': tf.gather(whole['fc2.bias'], kept2),
      'fc3.weight': tf.gather(whole['fc3.weight'], kept2, 1),
      'fc3.bias': tf.clone(whole['fc3.bias']),
    };
  });
  return { params, planted };
}

/** True if pairs of the whole network with the part are those of a planted part. */
export function isRecovered(
  pairs: Readonly<Record<string, Int32Array>>,
  planted: Subnetwork['planted'],
): boolean {
  return Object.entries(planted).every(([group, units]) => {
    const found = pairs[group].filter((unit) => unit >= 0).length;
    return found === units.length && units.every((unit, i) => pairs[group][unit] === i);
  });
}
