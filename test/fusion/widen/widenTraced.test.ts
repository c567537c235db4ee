import * as tf from '@tensorflow/tfjs-core';
import { groupSizes, traceSpec, widen } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseParams, sizedNetworks } from '../../support/agreeingNetworks';
import { useBackend } from '../../support/backend';
import { expectSameFunction } from '../../support/invariants';
import { sizedTransformer } from '../../support/sizedTransformer';

beforeAll(() => useBackend('cpu'));

const widths = { stream: 4, heads: 2, keys: 3, values: 2, hidden: 5 };
const transformers = (['layerNorm', 'rmsNorm'] as const).map((norm) => {
  const { forward, params } = sizedTransformer(norm);
  const dotProducts = 'scaled' as const;
  return { name: norm, forward, params: () => params(widths, 5), inputShape: [3, 5], dotProducts };
});
const networks = [
  ...sizedNetworks.map((network) => ({
    ...network,
    params: () => baseParams(network, 1),
    dotProducts: 'fixed' as const,
  })),
  ...transformers,
];

describe.each(networks)('widen: traced $name', ({ forward, params, inputShape, dotProducts }) => {
  it('keeps the function with twice the units of every group', async () => {
    const network = params();
    const x = tf.randomUniform([4, ...inputShape], -1, 1, 'float32', 7);
    const spec = await traceSpec(forward, network, x);
    const parents = new Map(spec.groups.map(({ name, parents }) => [name, parents?.[0].group]));
    const doubled = Object.fromEntries(
      Object.entries(groupSizes(spec, network)).map(([name, size]) => [
        name,
        size * (parents.get(name) === undefined ? 2 : 4),
      ]),
    );
    const wider = await widen(spec, network, doubled, { fill: 'random', dotProducts });
    expect(groupSizes(wider.spec, wider.params)).toEqual(doubled);
    await expectSameFunction(forward, network, wider.params, x, 1e-5);
  });
});
