import * as tf from '@tensorflow/tfjs-core';
import {
  applyMask,
  InvalidInputError,
  type IterativePruningOptions,
  magnitudeMask,
  type Params,
  parseSafetensors,
  serializeSafetensors,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { run } from './iterativePruning';
import { rows } from './masks';

await useBackend('cpu');

describe('resuming', () => {
  it('after any level gives what an uninterrupted run does, from files in another order, too', async () => {
    const whole = await run({ levels: 3 });
    for (const scope of ['global', 'layer'] as const) {
      const expected = scope === 'global' ? whole : await run({ levels: 3, scope });
      for (const last of [0, 1, 2, 3]) {
        const saved = expected[last];
        const reload = async (values: Record<string, number[]>) => {
          const params = {
            bias: tf.tensor1d(values.bias),
            ...rows({ k2: values.k2, k1: values.k1 }),
          };
          const file = await serializeSafetensors(params);
          tf.dispose(params);
          return parseSafetensors(file).params;
        };
        const resume = {
          level: last,
          mask: await reload(saved.mask),
          params: await reload(saved.params),
        };
        const rest = await expectNoLeak(() => run({ levels: 3, scope, resume }));
        expect(rest).toEqual(expected.slice(last + 1));
        for (const tensor of [resume.mask, resume.params].flatMap(Object.values))
          expect(tensor.isDisposed).toBe(false);
      }
    }
  });

  it('a dense network that is trained already is level 0', async () => {
    const [{ params }, ...rest] = await run();
    const dense = { ...rows({ k1: params.k1, k2: params.k2 }), bias: tf.tensor1d(params.bias) };
    const mask = await magnitudeMask(dense, { count: 0 });
    expect(await run({ resume: { level: 0, mask, params: dense } })).toEqual(rest);
  });

  const bias = () => tf.tensor1d([7]);
  const dense: Params = { ...rows({ k1: [3, 0, 1, 0.5], k2: [1, -1, 1, -1] }), bias: bias() };
  const half = { ...rows({ k1: [1, 0, 0, 0], k2: [0, 1, 1, 1] }), bias: tf.ones([1]) };
  const sparse = applyMask(dense, half);
  it.each<[string, Partial<IterativePruningOptions>, RegExp]>([
    [
      'a level beyond the last',
      { resume: { level: 3, mask: half, params: sparse } },
      /resume\.level must be an integer in 0 … 2, received 3/,
    ],
    [
      'another level',
      { resume: { level: 0, mask: half, params: sparse } },
      /resume\.mask prunes 4 weights, but at level 0 the schedule prunes 0/,
    ],
    [
      'another scope',
      { scope: 'layer', resume: { level: 1, mask: half, params: sparse } },
      /resume\.mask prunes 3 weights of 'k1', but at level 1 the schedule prunes 2/,
    ],
    [
      'a mask that is not held',
      { resume: { level: 1, mask: half, params: dense } },
      /resume\.params has 2 pruned weight\(s\) of 'k1' that are not 0: the first is 1 at flat index 2/,
    ],
    [
      'a mask of other values',
      { resume: { level: 1, mask: dense, params: dense } },
      /parameter 'k1' of resume\.mask holds 3/,
    ],
    [
      'a mask of other shapes',
      { resume: { level: 1, mask: { ...half, k1: half.bias }, params: sparse } },
      /'k1' differs in rank: shape \[1,4\] in params, \[1\] in resume\.mask/,
    ],
    [
      'a network of other names',
      { resume: { level: 1, mask: half, params: { k1: dense.k1 } } },
      /resume\.params lacks parameter 'k2', which rewind has/,
    ],
    [
      'a mask that prunes biases',
      { resume: { level: 1, mask: { ...half, bias: tf.zeros([1]) }, params: sparse } },
      /the mask prunes 1 weight\(s\) of 'bias'/,
    ],
  ])('refuses %s', async (_, more, message) => {
    const error = await expectNoLeak(() => run(more));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(message);
  });
});
