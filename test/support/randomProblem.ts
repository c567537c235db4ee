import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { type Params, permutationSpec } from 'perm-lmc';

/** The sizes of the groups of random specs. */
export const sizes = { g: 5, h: 8, k: 3 };
export type GroupName = keyof typeof sizes;

/** Axes of all kinds, each with its size. */
const axis = fc.oneof(
  fc.constantFrom<[string, number]>(['_', 4], ['2', 2]),
  fc
    .constantFrom<GroupName>('g', 'h', 'k')
    .chain((name) =>
      fc.constantFrom<[string, number]>(
        [name, sizes[name]],
        [name, sizes[name]],
        [`(2 ${name})`, 2 * sizes[name]],
        [`(${name} 3)`, 3 * sizes[name]],
        [`(${name} + 2 + g)`, sizes[name] + 2 + sizes.g],
        [`(${name} k)`, 3 * sizes[name]],
      ),
    ),
);

/** A spec of some parameters with one to three axes, and a bias for each group, which tells its size. */
export const randomProblem = fc
  .record({
    parameters: fc.array(fc.array(axis, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 5,
    }),
    seed: fc.nat(10_000),
    order: fc.constantFrom('forward', 'backward', 'random'),
    noise: fc.constantFrom(0.1, 0.5, null),
    kernel: fc.constantFrom('linear', 'cosine'),
    engine: fc.constantFrom('packed', 'backend'),
  })
  .map(({ parameters, ...rest }) => {
    const named = [
      ...Object.entries(sizes).map(([name, size]): [string, number][] => [[name, size]]),
      ...parameters,
    ];
    const patterns = Object.fromEntries(
      named.map((axes, i) => [`w${i}`, axes.map(([pattern]) => pattern).join(' ')]),
    );
    const make = (seed: number): Params =>
      Object.fromEntries(
        named.map((axes, i) => [
          `w${i}`,
          tf.randomNormal(
            axes.map(([, size]) => size),
            0,
            1,
            'float32',
            100 * seed + i + 1,
          ),
        ]),
      );
    return { spec: permutationSpec(patterns), patterns, make, ...rest };
  });
