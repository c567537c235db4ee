import type * as tf from '@tensorflow/tfjs-core';
import { permutationSpec, traceSpec, verifySpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { forwards, params, samples, spec } from '../support/severalInputs';

await useBackend('cpu');

const network = params(1);
const [data, more] = [samples(4), samples(3, 2)];
const wrong = permutationSpec({ table: '_ h', w: '_ h', bias: '_', o: 'h _' });

describe('verifySpec of a network of several inputs', () => {
  it.each([
    ['an array of tensors', forwards.array, data.array],
    ['an array of arrays', forwards.array, [data.array, more.array]],
    ['a record', forwards.record, data.record],
    ['an array of records', forwards.record, [data.record, more.record]],
    ['an array of single tensors, as before', forwards.joined, [data.joined, more.joined]],
  ])('takes %s', async (_, forward, inputs) => {
    const found = await expectNoLeak(() => verifySpec(spec, forward, network, inputs));
    expect(found).toMatchObject({ ok: true });
    const refused = await expectNoLeak(() => verifySpec(wrong, forward, network, inputs));
    expect(refused).toMatchObject({ ok: false });
  });

  it('agrees with what traceSpec derives from the same input', async () => {
    for (const [forward, input] of [
      [forwards.array, data.array],
      [forwards.record, data.record],
    ] as const) {
      const traced = await traceSpec(forward, network, input);
      expect(traced.groups.map(({ size }) => size)).toEqual([6]);
      expect(await verifySpec(traced, forward, network, input)).toMatchObject({ ok: true });
    }
  });

  it('takes an array for inputs where the network runs on single tensors and on arrays', async () => {
    const seen: unknown[] = [];
    const forward = (p: typeof network, x: tf.Tensor | tf.Tensor[]) => {
      seen.push(Array.isArray(x) ? 'array' : x.shape[0]);
      return forwards.joined(p, Array.isArray(x) ? x[0] : x);
    };
    await verifySpec(spec, forward, network, [data.joined, more.joined]);
    expect(seen).not.toContain('array');
    expect(new Set(seen)).toEqual(new Set([4, 3]));
  });
});
