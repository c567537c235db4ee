import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  type IterativePruningOptions,
  type Params,
  type TrainFn,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { rewind, run, train } from './iterativePruning';

await useBackend('cpu');

describe('what train may not do', () => {
  const with_ =
    (change: (trained: Params, mask: Params, level: number) => Params): TrainFn =>
    async (params, mask, context) => {
      const trained = await train(params, mask, context);
      return context.level === 1 ? change(trained, mask, context.level) : trained;
    };
  const replaced = (trained: Params, name: string, tensor: tf.Tensor) => {
    trained[name].dispose();
    return { ...trained, [name]: tensor };
  };
  it.each<[string, TrainFn, RegExp]>([
    [
      'revive pruned weights',
      with_((trained) => replaced(trained, 'k1', tf.tensor2d([[1, 0.25, 0, -1]]))),
      /train revived 2 pruned weight\(s\) of 'k1' at level 1: the first is 0\.25 at flat index 1 of shape \[1,4\].*applyMask/,
    ],
    [
      'make them NaN',
      with_((trained) => replaced(trained, 'k2', tf.tensor2d([[Number.NaN, 1, 1, 1]]))),
      /train revived 1 pruned weight\(s\) of 'k2' at level 1: the first is NaN/,
    ],
    [
      'diverge',
      with_((trained) =>
        replaced(trained, 'k2', tf.tensor2d([[0, 1, Number.POSITIVE_INFINITY, 1]])),
      ),
      /parameter 'k2', trained at level 1, holds Infinity at flat index 2/,
    ],
    [
      'change shapes',
      with_((trained) => replaced(trained, 'k1', tf.zeros([2, 2]))),
      /parameter 'k1' differs on axis 0: shape \[1,4\] in the rewind params, \[2,2\] in what train returned at level 1/,
    ],
    [
      'change dtypes',
      with_((trained) => replaced(trained, 'bias', tf.tensor1d([7], 'int32'))),
      /parameter 'bias' is float32 in the rewind params and int32 in what train returned at level 1/,
    ],
    [
      'lose a parameter',
      with_(({ bias, ...trained }) => {
        bias.dispose();
        return trained;
      }),
      /what train returned at level 1 lacks parameter 'bias'/,
    ],
    [
      'return nothing',
      with_((trained) => {
        tf.dispose(trained);
        return undefined as never;
      }),
      /what train returned at level 1 must be params, received undefined/,
    ],
    [
      'return a tensor',
      with_((trained) => {
        tf.dispose(trained);
        return rewind.bias as never;
      }),
      /what train returned at level 1 must be params, received Tensor/,
    ],
    [
      'dispose what it returns',
      with_((trained) => {
        tf.dispose(trained);
        return trained;
      }),
      /parameter 'k1' of what train returned at level 1 is disposed/,
    ],
    [
      'dispose the mask',
      with_((trained, mask) => {
        tf.dispose(mask);
        return trained;
      }),
      /train disposed the mask of 'k1' at level 1/,
    ],
    [
      'throw',
      with_((trained) => {
        tf.dispose(trained);
        throw new Error('out of memory');
      }),
      /train failed at level 1: out of memory\. See the cause/,
    ],
  ])('%s', async (_, faulty, message) => {
    const error = await expectNoLeak(() => run({ train: faulty }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^iterativeMagnitudePruning: /);
    expect((error as Error).message).toMatch(message);
  });

  it('rewind may not, either', async () => {
    const cases: [IterativePruningOptions['rewind'], RegExp][] = [
      [() => Promise.reject(new Error('no such file')), /rewind failed at level 0: no such file/],
      [() => ({ k1: tf.zeros([3]) }), /none of the parameters \[k1\] is prunable/],
      [
        (level) => ({ k1: tf.zeros([2, level + 1]) }),
        /'k1' differs on axis 1: shape \[2,1\] in the level before, \[2,2\] in what rewind returned at level 1/,
      ],
      [
        () => undefined as never,
        /what rewind returned at level 0 must be params, received undefined/,
      ],
    ];
    for (const [faulty, message] of cases) {
      const error = await expectNoLeak(() =>
        run({ rewind: faulty, train: async (params) => params }),
      );
      expect((error as Error).message).toMatch(message);
    }
    const same = { k: tf.ones([2, 2]) };
    await expect(run({ rewind: () => same, train: async (params) => params })).rejects.toThrow(
      /parameter 'k' of what rewind returned at level 1 is disposed/,
    );
  });
});
