import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { randomSource } from '../../src/runtime/randomSource';
import type { PermutationSpec } from '../../src/symmetry/permutationSpec';
import { permute } from '../../src/symmetry/permute';
import { randomPermutations } from '../../src/symmetry/randomPermutations';
import type { Program } from './programs';

/** Params of these shapes, drawn so that signals neither die nor grow; those that scale are positive. */
export function randomParams(shapes: Program['shapes'], seed = 1): Params {
  const random = randomSource(seed);
  const uniform = () => (random.below(2 ** 30) + 0.5) / 2 ** 30;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const scale = shape.length > 1 ? Math.sqrt((2 * shape.at(-1)!) / size) : 0.3;
      const positive = /variance|gamma|gain/.test(name);
      const values = Float32Array.from({ length: size }, () =>
        positive ? 0.5 + uniform() : normal() * scale,
      );
      return [name, tf.tensor(values, [...shape])];
    }),
  );
}

/** An input of a program. */
export function randomInput({ input, vocabulary }: Program, seed = 5): tf.Tensor {
  const random = randomSource(seed);
  const size = input.reduce((a, b) => a * b, 1);
  return vocabulary
    ? tf.tensor(
        Int32Array.from({ length: size }, () => random.below(vocabulary)),
        [...input],
        'int32',
      )
    : tf.tensor(
        Float32Array.from({ length: size }, () => random.below(2001) / 1000 - 1),
        [...input],
      );
}

/** Groups as a program lists them. */
export function groupList({ groups }: PermutationSpec): string[] {
  const size = (name: string) => groups.find((group) => group.name === name)!.size;
  return groups
    .map((group) => {
      const parents = group.parents ?? [];
      if (parents.length === 0) return `${group.size}`;
      if (parents.length === 1) return `${group.size}/${size(parents[0].group)}`;
      return `${group.size}=${parents.map((parent) => size(parent.group)).join('×')}`;
    })
    .sort();
}

/** log₁₀ of the number of permutations that a spec allows. */
export function logSymmetries({ groups }: PermutationSpec): number {
  return groups.reduce((sum, { size, parents = [] }) => {
    if (parents.length > 1) return sum;
    const parent = groups.find(({ name }) => name === parents[0]?.group);
    const inner = size! / (parent?.size ?? 1);
    let log = 0;
    for (let n = 2; n <= inner; n++) log += Math.log10(n);
    return sum + (parent?.size ?? 1) * log;
  }, 0);
}

/** ‖f(θ) − f(Pθ)‖ / ‖f(θ)‖ for random permutations P of a spec, which `apply` applies. */
export function outputChange(
  spec: PermutationSpec,
  forward: Program['forward'],
  params: Params,
  x: tf.Tensor,
  seed = 3,
  apply: typeof permute = permute,
): number {
  return tf.tidy(() => {
    const moved = apply(spec, params, randomPermutations(spec, params, { seed }));
    const [a, b] = [params, moved].map((each) => forward(each, x));
    return tf.div(tf.norm(tf.sub(a, b)), tf.norm(a)).dataSync()[0];
  });
}
