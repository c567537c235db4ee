import { interpolate, repair, resetBatchNorm } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { forwards, normalisedParams, params, samples } from '../support/severalInputs';

await useBackend('cpu');

const data = samples(10);
const given = [
  ['an array of tensors', { forward: forwards.array, inputs: data.array }],
  ['a record of tensors', { forward: forwards.record, inputs: data.record }],
  ['an array of one array', { forward: forwards.array, inputs: [data.array] }],
  ['an array of one record', { forward: forwards.record, inputs: [data.record] }],
] as const;

describe('repair of a network of several inputs', () => {
  const parents = [params(1), params(2)];
  const merged = interpolate(parents[0], parents[1], 0.5);

  it.each(given)('gives the same from %s as from one tensor', async (_, options) => {
    const expected = await repair(merged, parents, {
      forward: forwards.joined,
      inputs: data.joined,
      batchSize: 4,
    });
    const repaired = await expectNoLeak(
      () => repair(merged, parents, { ...options, batchSize: 4 }),
      Object.keys(merged).length,
    );
    if (repaired instanceof Error) throw repaired;
    await expectSameParams(repaired, expected, 1e-5);
  });
});

describe('resetBatchNorm of a network of several inputs', () => {
  const network = normalisedParams(1);

  it.each(given)('gives the same from %s as from one tensor', async (_, options) => {
    const expected = await resetBatchNorm(network, {
      forward: forwards.joined,
      inputs: data.joined,
      batchSize: 4,
    });
    const reset = await expectNoLeak(
      () => resetBatchNorm(network, { ...options, batchSize: 4 }),
      Object.keys(network).length,
    );
    if (reset instanceof Error) throw reset;
    await expectSameParams(reset, expected, 1e-5);
    expect(Array.from(await reset.mean.data())).not.toContain(0);
  });

  it('tells both reasons where an array is neither batches nor one input', async () => {
    const forward = () => {
      throw new Error('kernel missing');
    };
    const same = await expectNoLeak(() => resetBatchNorm(network, { forward, inputs: data.array }));
    expect((same as Error).message).toMatch(/forward failed: kernel missing/);
    const failing = (_: typeof network, x: unknown) => {
      if (!Array.isArray(x)) throw new Error('no array');
      throw new Error('too many');
    };
    const error = await expectNoLeak(() =>
      resetBatchNorm(network, { forward: failing, inputs: data.array }),
    );
    expect((error as Error).message).toMatch(
      /forward failed on inputs\[0\] by itself: no array; and on inputs as one input of 2 tensors: too many\. /,
    );
  });
});
