import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError, permutationSpec, randomPermutations } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

beforeAll(() => useBackend('cpu'));

describe('the options of randomPermutations', () => {
  it.each([
    [5, 'a number'],
    [null, 'null'],
    [[5], 'an array'],
    ['5', 'a string'],
  ])('are an object: %j is refused', (options, kind) => {
    const spec = permutationSpec({ bias: 'h' });
    const params = { bias: tf.zeros([3]) };
    const work = () => randomPermutations(spec, params, options as never);
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(
      `randomPermutations: options must be an object, received ${kind}. Pass an object of options: seed.`,
    );
    params.bias.dispose();
  });
});
