import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, type MagnitudeMaskOptions, magnitudeMask, type Params } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { rows } from './masks';

await useBackend('cpu');

describe('magnitudeMask refuses', () => {
  const params = rows({ k: [1, 2, 3, 4] });
  const withNaN = rows({ k: [1, Number.NaN] });
  it.each<[string, Params, MagnitudeMaskOptions, RegExp]>([
    ['sparsity 1', params, { sparsity: 1 }, /sparsity must be in \[0, 1\), received 1/],
    ['a negative sparsity', params, { sparsity: -0.1 }, /received -0\.1/],
    ['sparsity NaN', params, { sparsity: Number.NaN }, /received NaN/],
    ['no amount', params, {}, /expected either sparsity or count, received neither/],
    ['two amounts', params, { sparsity: 0.5, count: 2 }, /received both/],
    ['half a weight', params, { count: 1.5 }, /count must be an integer ≥ 0, received 1\.5/],
    ['a negative count', params, { count: -1 }, /received -1/],
    ['more than there is', params, { count: 5 }, /count is 5, but there are 4 prunable weights/],
    [
      'another scope',
      params,
      { count: 1, scope: 'all' as 'layer' },
      /scope must be 'global' or 'layer', received all/,
    ],
    [
      'nothing to prune',
      { b: tf.zeros([3]) },
      { count: 1 },
      /none of the parameters \[b\] is prunable/,
    ],
    ['a filter of nothing', params, { count: 1, prunable: () => false }, /none of the parameters/],
    [
      'no filter',
      params,
      { count: 1, prunable: /k/ as never },
      /prunable must be a function, received RegExp/,
    ],
    [
      'integers',
      { n: tf.ones([2, 2], 'int32') },
      { count: 1, prunable: () => true },
      /parameter 'n' is int32, and only float32 is pruned/,
    ],
    ['NaN', withNaN, { count: 1 }, /parameter 'k' holds NaN at flat index 1 of shape \[1,2\]/],
    ['Infinity', rows({ k: [Number.NEGATIVE_INFINITY] }), { count: 0 }, /holds -Infinity/],
    ['a tensor', tf.ones([2, 2]) as never, { count: 1 }, /params must be params, received Tensor/],
    [
      'numbers',
      { k: 3 as never },
      { count: 1 },
      /parameter 'k' must be a tensor, received a number/,
    ],
    [
      'a mask of another shape',
      params,
      { count: 1, mask: rows({ k: [1, 1] }) },
      /parameter 'k' differs on axis 1: shape \[1,4\] in params, \[1,2\] in mask/,
    ],
    [
      'a mask of other names',
      params,
      { count: 1, mask: rows({ l: [1, 1, 1, 1] }) },
      /mask lacks parameter 'k'/,
    ],
    [
      'a mask of booleans',
      params,
      { count: 1, mask: { k: tf.ones([1, 4], 'bool') } },
      /parameter 'k' of mask is bool, but masks are float32/,
    ],
    [
      'a mask of halves',
      params,
      { count: 1, mask: rows({ k: [1, 1, 0.5, 1] }) },
      /parameter 'k' of mask holds 0\.5 at flat index 2/,
    ],
    [
      'a mask that prunes less',
      params,
      { count: 1, mask: rows({ k: [0, 0, 1, 1] }) },
      /the mask prunes 2 already/,
    ],
    [
      'a mask that prunes too much of a layer',
      rows({ k: [1, 2], l: [3, 4] }),
      { sparsity: 0.5, scope: 'layer', mask: rows({ k: [0, 0], l: [1, 1] }) },
      /1 of the 2 prunable weights of 'k' should be pruned, but the mask prunes 2/,
    ],
    [
      'a mask that prunes biases',
      { ...params, b: tf.ones([2]) },
      { count: 1, mask: { ...rows({ k: [1, 1, 1, 1] }), b: tf.tensor1d([0, 1]) } },
      /the mask prunes 1 weight\(s\) of 'b', which is not prunable/,
    ],
  ])('%s, and leaks nothing', async (_, network, options, message) => {
    const error = await expectNoLeak(() => magnitudeMask(network, options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(/^magnitudeMask: /);
    expect((error as Error).message).toMatch(message);
  });

  it.each<[string, Params, Parameters<typeof magnitudeMask>[1], object]>([
    ['a sparsity', params, { sparsity: 1 }, { param: 'sparsity', received: 1 }],
    ['a count', params, { count: 1e6 }, { param: 'count', received: 1e6 }],
    [
      'a value that is not finite',
      rows({ k: [1, Number.NaN] }),
      { count: 1 },
      { param: 'k', received: Number.NaN },
    ],
  ])('%s, with the fields of the error', async (_, network, options, fields) => {
    await expect(magnitudeMask(network, options)).rejects.toMatchObject(fields);
  });

  it('an aborted signal, and leaks nothing', async () => {
    const signal = AbortSignal.abort();
    const error = await expectNoLeak(() => magnitudeMask(params, { count: 1, signal }));
    expect((error as Error).name).toBe('AbortError');
  });

  it('a disposed tensor', async () => {
    const gone = rows({ k: [1, 2] });
    tf.dispose(gone);
    await expect(magnitudeMask(gone, { count: 1 })).rejects.toThrow(/parameter 'k' is disposed/);
  });
});
