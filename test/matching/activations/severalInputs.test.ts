import * as tf from '@tensorflow/tfjs-core';
import { activationMatch, permute, randomPermutations } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';
import { forwards, type Pair, params, samples, spec, units } from '../../support/severalInputs';

await useBackend('cpu');

const [a, b] = [params(1), params(2)];
const data = samples(10);

/** The result on one concatenated input, of which 10 samples are cut into batches of 4, 4 and 2. */
const expected = await activationMatch(spec, a, b, {
  forward: forwards.joined,
  inputs: data.joined,
  batchSize: 4,
});

describe('activationMatch of a network of several inputs', () => {
  it.each([
    ['an array of tensors', { forward: forwards.array, inputs: data.array }],
    ['a record of tensors', { forward: forwards.record, inputs: data.record }],
    ['an array of one array', { forward: forwards.array, inputs: [data.array] }],
    ['an array of one record', { forward: forwards.record, inputs: [data.record] }],
  ])('finds the same from %s as from one tensor', async (_, options) => {
    const match = () => activationMatch(spec, a, b, { ...options, batchSize: 4 });
    const found = await expectNoLeak(match);
    if (found instanceof Error) throw found;
    expect(found.permutations).toEqual(expected.permutations);
    expect(found.objective).toBeCloseTo(expected.objective, 3);
  });

  it('counts samples and batches that do not divide', async () => {
    const seen: string[] = [];
    await activationMatch(spec, a, b, {
      forward: forwards.array,
      inputs: data.array,
      batchSize: 4,
      onProgress: ({ done, total, samples: count }) => seen.push(`${done}/${total}: ${count}`),
    });
    expect(seen).toEqual(['1/3: 4', '2/3: 8', '3/3: 10']);
  });

  it('recovers a planted permutation', async () => {
    const planted = randomPermutations(spec, a, { seed: 3 });
    const moved = permute(spec, a, planted);
    const { permutations } = await activationMatch(spec, moved, a, {
      forward: forwards.array,
      inputs: data.array,
    });
    expect(permutations).toEqual(planted);
  });

  it('takes activations that a function of an array gives', async () => {
    const found = await activationMatch(spec, a, b, {
      activations: (p, input) => ({ h: units(input as Pair, p) }),
      inputs: data.array,
      batchSize: 4,
    });
    expect(found.permutations).toEqual(expected.permutations);
  });

  it('names the tensor that has another number of samples', async () => {
    const short = tf.slice(data.array[1], [0, 0], [7, 4]);
    const match = (inputs: Parameters<typeof activationMatch>[3]['inputs']) =>
      activationMatch(spec, a, b, {
        activations: (p, input) => {
          if (!Array.isArray(input) && !('ids' in input)) throw new Error('one tensor');
          return { h: units(data.array, p) };
        },
        inputs,
      });
    await expect(match([data.array[0], short])).rejects.toThrow(
      /inputs\[1\] has 7 samples along axis 0 and inputs\[0\] 10/,
    );
    await expect(match({ ids: data.array[0], x: short })).rejects.toThrow(
      /inputs\['x'\] has 7 samples along axis 0 and inputs\['ids'\] 10/,
    );
    short.dispose();
  });
});
