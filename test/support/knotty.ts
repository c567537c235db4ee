import * as tf from '@tensorflow/tfjs-core';
import { type Params, permutationSpec } from 'perm-lmc';

/** Patterns of every kind: repeated entries, other groups on the same axis, a group on two axes. */
export const knotty = {
  spec: permutationSpec({
    embed: '_ x',
    gates: 'x (4 h)',
    recurrent: 'h (4 h)',
    bias: '(4 h)',
    joined: '(h + 2 + x) y',
    square: '(x y) _',
    both: 'y y',
    head: '(3 y) _',
  }),
  shapes: {
    embed: [7, 5],
    gates: [5, 24],
    recurrent: [6, 24],
    bias: [24],
    joined: [13, 4],
    square: [20, 3],
    both: [4, 4],
    head: [12, 6],
  },
};

/** Random params of the shapes of these patterns. */
export function knottyParams(seed: number): Params {
  return Object.fromEntries(
    Object.entries(knotty.shapes).map(([name, shape], i) => [
      name,
      tf.randomNormal(shape, 0, 1, 'float32', 31 * seed + i + 1),
    ]),
  );
}
