import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import {
  composePermutations,
  InvalidInputError,
  identityPermutations,
  invertPermutations,
  type PermutationSpec,
  permutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameFunction, expectSameParams } from '../support/invariants';
import { randomInput, randomParams, testNetworks } from '../support/networks';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

/** The values 0, 1, 2 … of an axis after permuting it. */
async function permutedAxis(
  pattern: string,
  size: number,
  p: Record<string, number[]>,
  spec?: PermutationSpec,
) {
  const permutations = Object.fromEntries(
    Object.entries(p).map(([group, values]) => [group, Int32Array.from(values)]),
  );
  const helpers = Object.fromEntries(Object.keys(p).map((group) => [group, group]));
  const params = {
    w: tf.range(0, size, 1),
    ...(spec
      ? {}
      : Object.fromEntries(
          Object.entries(p).map(([group, values]) => [group, tf.zeros([values.length])]),
        )),
  };
  const permuted = permute(
    spec ?? permutationSpec({ w: pattern, ...helpers }),
    params,
    permutations,
  );
  return Array.from(await permuted.w.data());
}

describe('what a permutation does to an axis', () => {
  it('position i takes unit p[i]', async () => {
    expect(await permutedAxis('h', 3, { h: [2, 0, 1] })).toEqual([2, 0, 1]);
  });

  it('(2 h): both copies move alike', async () => {
    expect(await permutedAxis('(2 h)', 6, { h: [2, 0, 1] })).toEqual([2, 0, 1, 5, 3, 4]);
  });

  it('(h 2): blocks of two move', async () => {
    expect(await permutedAxis('(h 2)', 6, { h: [2, 0, 1] })).toEqual([4, 5, 0, 1, 2, 3]);
  });

  it('(a b): position (i, j) takes (p[i], q[j])', async () => {
    // rows [0 1 2], [3 4 5]: swapped, then columns by [1 2 0]
    expect(await permutedAxis('(a b)', 6, { a: [1, 0], b: [1, 2, 0] })).toEqual([4, 5, 3, 1, 2, 0]);
  });

  it('(h h): one group on both factors', async () => {
    // [[0 1] [2 3]] with rows and columns swapped
    expect(await permutedAxis('(h h)', 4, { h: [1, 0] })).toEqual([3, 2, 1, 0]);
  });

  it('(a + 2 + b): segments move on their own, fixed positions stay', async () => {
    expect(await permutedAxis('(a + 2 + b)', 7, { a: [1, 0], b: [2, 0, 1] })).toEqual([
      1, 0, 2, 3, 6, 4, 5,
    ]);
  });

  it('((a + 1) 2): a segment inside a product', async () => {
    expect(await permutedAxis('((a + 1) 2)', 6, { a: [1, 0] })).toEqual([2, 3, 0, 1, 4, 5]);
  });

  it('entries written out: every other position, and a block', async () => {
    const spec: PermutationSpec = {
      groups: [{ name: 'h', size: 3 }],
      unlisted: 'error',
      params: {
        w: {
          optional: false,
          axes: [
            {
              kind: 'entries',
              size: 7,
              entries: [
                { group: 'h', index: [0, 2, 4] },
                { group: 'h', index: [6, 5, 3] },
              ],
            },
          ],
        },
      },
    };
    // positions 0 2 4 take 4 0 2; positions 6 5 3 take 3 6 5; position 1 is in no entry
    expect(await permutedAxis('', 7, { h: [2, 0, 1] }, spec)).toEqual([4, 1, 0, 5, 2, 6, 3]);
  });

  it('a group on two axes of one parameter moves both', async () => {
    const spec = permutationSpec({ w: 'h h' });
    const w = tf.tensor2d([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ]);
    const permuted = permute(spec, { w }, { h: Int32Array.of(2, 0, 1) });
    expect(Array.from(await permuted.w.data())).toEqual([8, 6, 7, 2, 0, 1, 5, 3, 4]);
  });

  it('masks and integers keep their dtype', async () => {
    const spec = permutationSpec({ mask: '_ h', count: 'h' });
    const params = {
      mask: tf.tensor2d([[true, false, false]], [1, 3], 'bool'),
      count: tf.tensor1d([7, 8, 9], 'int32'),
    };
    const permuted = permute(spec, params, { h: Int32Array.of(1, 2, 0) });
    expect(permuted.mask.dtype).toBe('bool');
    expect(Array.from(await permuted.mask.data())).toEqual([0, 0, 1]);
    expect(permuted.count.dtype).toBe('int32');
    expect(Array.from(await permuted.count.data())).toEqual([8, 9, 7]);
  });
});

const patterns: Record<string, string> = {
  plain: '_ h',
  gates: 'x (4 h)',
  recurrent: 'h (4 h)',
  both: 'h h',
  flat: '(_ c) h',
  first: '(c _) x',
  joined: '(h + 2 + c) x',
  nested: '((c + 1) 2 h)',
  square: '(x x) c',
};
const shapes: Record<string, number[]> = {
  plain: [2, 3],
  gates: [4, 12],
  recurrent: [3, 12],
  both: [3, 3],
  flat: [10, 3],
  first: [10, 4],
  joined: [10, 4],
  nested: [36],
  square: [16, 5],
};

describe('permuting is a group action', () => {
  const spec = permutationSpec(patterns);
  const make = (seed: number) =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, randomTensor(shape, seed)]),
    );

  it('permuting by p and then by q is permuting by compose(p, q)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (one, two) => {
        const params = make(one);
        const p = randomPermutations(spec, params, { seed: one });
        const q = randomPermutations(spec, params, { seed: two });
        await expectSameParams(
          permute(spec, permute(spec, params, p), q),
          permute(spec, params, composePermutations(p, q)),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('the inverse brings the params back, and the identity changes nothing', async () => {
    const params = make(1);
    const p = randomPermutations(spec, params, { seed: 1 });
    await expectSameParams(permute(spec, permute(spec, params, p), invertPermutations(p)), params);
    await expectSameParams(permute(spec, params, identityPermutations(spec, params)), params);
  });
});

describe('a permuted network computes the same function', () => {
  it.each(testNetworks)('$name', async (network) => {
    const params = randomParams(network, 1);
    const p = randomPermutations(network.spec, params, { seed: 2 });
    const permuted = permute(network.spec, params, p);
    await expectSameFunction(network.forward, params, permuted, randomInput(network, 3, 4));
    // The check can fail: moving a single axis changes the function.
    const [name] = Object.keys(params);
    const x = randomInput(network, 3, 4);
    await expect(
      expectSameFunction(network.forward, params, { ...params, [name]: permuted[name] }, x),
    ).rejects.toThrow();
  });

  it.each(testNetworks)(
    '$name: every group is needed, for without any one the params are moved less',
    async (network) => {
      const params = randomParams(network, 1);
      const identity = identityPermutations(network.spec, params);
      for (const { name } of network.spec.groups) {
        const only = {
          ...identity,
          [name]: randomPermutations(network.spec, params, { seed: 7 })[name],
        };
        const permuted = permute(network.spec, params, only);
        await expectSameFunction(network.forward, params, permuted, randomInput(network, 2, 5));
        await expect(expectSameParams(params, permuted)).rejects.toThrow();
      }
    },
  );
});

it('gives biases that fused kernels of tfjs-wasm take', async () => {
  await useBackend('wasm');
  try {
    const spec = permutationSpec({ kernel: '_ h', bias: 'h' });
    const params = { kernel: tf.ones([2, 3]), bias: tf.tensor1d([1, 2, 3]) };
    const { kernel, bias } = permute(spec, params, { h: Int32Array.of(2, 0, 1) });
    const a = tf.ones<tf.Rank.R2>([1, 2]);
    const y = tf.fused.matMul({ a, b: kernel as tf.Tensor2D, bias });
    expect(Array.from(await y.data())).toEqual([5, 3, 4]);
  } finally {
    await useBackend('cpu');
  }
});

describe('ownership and errors', () => {
  const spec = permutationSpec({ kernel: '_ h', bias: 'h', scale: '' });

  it('returns new tensors, disposes none, and leaks none', async () => {
    const params = { kernel: tf.ones([2, 3]), bias: tf.ones([3]), scale: tf.scalar(1) };
    const permuted = await expectNoLeak(
      () => permute(spec, params, { h: Int32Array.of(1, 0, 2) }),
      3,
    );
    tf.dispose(permuted as tf.NamedTensorMap);
    for (const tensor of Object.values(params)) expect(tensor.isDisposed).toBe(false);
    expect(Array.from(await params.scale.data())).toEqual([1]);
    const error = await expectNoLeak(() => permute(spec, params, { h: Int32Array.of(0, 0, 2) }));
    expect(error).toBeInstanceOf(InvalidInputError);
  });

  it.each<[string, Record<string, Int32Array>, RegExp]>([
    ['a group without permutation', {}, /no permutation of group 'h'/],
    [
      'a permutation of no group',
      { h: Int32Array.of(0, 1, 2), g: Int32Array.of(0) },
      /'g', which is not a group of the spec/,
    ],
    ['another size', { h: Int32Array.of(1, 0) }, /has 2 units, but the group has 3/],
    [
      'no permutation',
      { h: Int32Array.of(1, 1, 0) },
      /the permutation of group 'h' must hold each of 0 … 2 exactly once/,
    ],
  ])('%s is refused', (_, permutations, message) => {
    const params = { kernel: tf.ones([2, 3]), bias: tf.ones([3]), scale: tf.scalar(1) };
    expect(() => permute(spec, params, permutations)).toThrow(message);
  });

  it.each<[string, unknown, unknown, RegExp]>([
    [
      'patterns in place of a spec',
      { kernel: '_ h' },
      {},
      /spec must be a PermutationSpec.*permutationSpec\(patterns\)/,
    ],
    ['no spec', undefined, {}, /spec must be a PermutationSpec/],
    ['no params', spec, undefined, /the network must be params, received undefined/],
    ['a list of tensors', spec, [tf.ones([2, 3])], /the network must be params, received an array/],
    ['a tensor', spec, tf.ones([2, 3]), /the network must be params, received Tensor/],
  ])('%s is refused', (_, wrongSpec, params, message) => {
    const work = () => permute(wrongSpec as PermutationSpec, params as tf.NamedTensorMap, {});
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });

  it('what is no tensor is refused by name', () => {
    const params = { kernel: tf.ones([2, 3]), bias: [1, 2, 3], scale: tf.scalar(1) };
    const work = () =>
      permute(spec, params as unknown as tf.NamedTensorMap, { h: Int32Array.of(1, 0, 2) });
    expect(work).toThrow(/permute: parameter 'bias' must be a tensor, received an array/);
  });

  it.each<[string, number[][], RegExp]>([
    ['outside of the axis', [[0, 9]], /position 9 on an axis of size 4/],
    [
      'twice in one group',
      [
        [0, 1],
        [1, 2],
      ],
      /position 1 twice/,
    ],
  ])('entries %s are refused', (_, entries, message) => {
    const spec: PermutationSpec = {
      groups: [{ name: 'h', size: null }],
      unlisted: 'error',
      params: {
        w: {
          optional: false,
          axes: [
            { kind: 'entries', size: 4, entries: entries.map((index) => ({ group: 'h', index })) },
          ],
        },
      },
    };
    expect(() => permute(spec, { w: tf.zeros([4]) }, { h: Int32Array.of(1, 0) })).toThrow(message);
  });
});
