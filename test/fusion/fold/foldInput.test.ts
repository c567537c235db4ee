import * as tf from '@tensorflow/tfjs-core';
import { type FoldOptions, fold, type Params, permutationSpec } from 'perm-lmc';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { randomTensor } from '../../support/randomTensor';

beforeAll(() => useBackend('cpu'));

const spec = permutationSpec({ w: '_ h>', o: '>h _' });
const network = (): Params => ({ w: randomTensor([3, 4], 1), o: randomTensor([4, 2], 2) });

test.each<[string, (own: Params) => Params, RegExp]>([
  [
    'NaN',
    (own) => ({ ...own, w: tf.fill([3, 4], Number.NaN) }),
    /'w' holds NaN at flat index 0 of shape \[3,4\]/,
  ],
  [
    'weights whose products overflow',
    (own) => ({ ...own, w: tf.fill([3, 4], 1e30) }),
    /group 'h' overflow float32/,
  ],
  [
    'integers with units to merge',
    (own) => ({ ...own, w: tf.ones([3, 4], 'int32') }),
    /'w' is int32 and has units of group 'h'/,
  ],
])('%s are refused by both methods', async (_name, change, message) => {
  const own = change(network());
  for (const method of ['pairs', 'k-means'] as const) {
    const error = await expectNoLeak(() => fold(spec, own, { sizes: { h: 2 }, method }));
    expect(error).toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(message),
    });
  }
});

test('ratio keeps a group of integers, and says why', async () => {
  const two = permutationSpec({ w: '_ h>', o: '>h _', ids: '_ k>', p: '>k _' });
  const own = { ...network(), ids: tf.ones([3, 4], 'int32'), p: randomTensor([4, 2], 3) };
  const { sizes, kept } = await fold(two, own, { ratio: 0.5 });
  expect(sizes).toEqual({ h: 2, k: 4 });
  expect(kept.k).toMatch(/'ids' is int32/);
});

test('the present size of a single unit changes nothing', async () => {
  const own = { w: randomTensor([3, 1], 1), o: randomTensor([1, 2], 2) };
  const { params, sizes } = await fold(spec, own, { sizes: { h: 1 } });
  expect(sizes).toEqual({ h: 1 });
  expect(await params.w.data()).toEqual(await own.w.data());
});

/**
 * Consumers 1 and −3 are opposed. The weight of least cost, (2·1 − 3) / (2·10 − 6) = −1/14, is outside of [0, 1]: it
 * would make the variance −40/14 + 15/14 < 0. The nearest weight in the range, 0, leaves the second unit's.
 */
test.each<[string, FoldOptions]>([
  ['pairs', { sizes: { h: 1 } }],
  ['k-means', { sizes: { h: 1 }, method: 'k-means' }],
])('variances stay positive where consumers are opposed, by %s', async (method, options) => {
  const norm = permutationSpec({
    w: '_ h>',
    ...{ 'bn/moving_mean': 'h>', 'bn/moving_variance': 'h>', 'bn/beta': 'h>' },
    o: '>h _',
  });
  const own = {
    w: tf.tensor2d([[1, 1]]),
    'bn/moving_mean': tf.zeros([2]),
    'bn/moving_variance': tf.tensor1d([40, 1]),
    'bn/beta': tf.zeros([2]),
    o: tf.tensor2d([[1], [-3]]),
  };
  const { params } = await fold(norm, own, options);
  const expected = method === 'pairs' ? [1] : [20.5];
  expect([...(await params['bn/moving_variance'].data())]).toEqual(expected);
});
