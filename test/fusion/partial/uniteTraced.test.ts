import * as tf from '@tensorflow/tfjs-core';
import { partialMatch, traceSpec, unite } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseParams, sizedNetworks } from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { expectSameFunction } from '../../support/invariants';
import { sizedTransformer } from '../../support/sizedTransformer';
import { sizesWith } from '../../support/unitPairs';

beforeAll(() => useBackend('cpu'));

const { forward, params } = sizedTransformer('layerNorm');
const widths = { stream: 4, heads: 2, keys: 3, values: 2, hidden: 5 };
const networks = [
  ...sizedNetworks.map((network) => ({
    ...network,
    a: () => baseParams(network, 1),
    b: () => baseParams({ ...network, sizes: sizesWith(network, 1) }, 2),
  })),
  {
    name: 'transformer',
    forward,
    a: () => params(widths, 1),
    b: () => params({ ...widths, heads: 3, values: 3, hidden: 4 }, 2),
    inputShape: [3, 5],
  },
];

describe.each(networks)('traced $name', ({ forward, a, b, inputShape }) => {
  it('unites with one of another width under the spec of one of them', async () => {
    const [own, other] = [a(), b()];
    const x = tf.randomUniform([4, ...inputShape], -1, 1, 'float32', 7);
    const spec = await traceSpec(forward, own, x);
    const { pairs, sizes } = await partialMatch(spec, own, other, { size: 0.5 });
    const united = await unite(spec, own, other, pairs);
    expect(Object.keys(sizes)).toEqual(Object.keys(united.units));
    await expectSameFunction(forward, own, united.a, x, 1e-5);
    await expectSameFunction(forward, other, united.b, x, 1e-5);
  });
});
