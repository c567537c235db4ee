import * as tf from '@tensorflow/tfjs-core';
import {
  density,
  InvalidInputError,
  maskAnd,
  maskOr,
  maskOverlap,
  type Params,
  permutationSpec,
  randomMask,
  transportMask,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { rows } from './masks';

await useBackend('cpu');

describe('every function that reads a mask refuses what is none, and leaks nothing', () => {
  const spec = permutationSpec({ k: '_ h' });
  const p = { h: Int32Array.of(1, 0) };
  const good = rows({ k: [0, 1] });
  const readers: Record<string, (mask: Params) => Promise<unknown>> = {
    density: (mask) => density(mask),
    maskAnd: (mask) => maskAnd(good, mask),
    maskOr: (mask) => maskOr(mask, good),
    maskOverlap: (mask) => maskOverlap(mask, good),
    randomMask: (mask) => randomMask(mask),
    transportMask: (mask) => transportMask(spec, mask, p),
  };
  const disposed = rows({ k: [0, 1] });
  tf.dispose(disposed);
  const masks: [string, Params, RegExp][] = [
    ['other values', rows({ k: [0, 2] }), /parameter 'k' of \w+ holds 2 at flat index 1/],
    ['NaN', rows({ k: [Number.NaN, 1] }), /parameter 'k' of \w+ holds NaN/],
    ['booleans', { k: tf.ones([1, 2], 'bool') }, /'k'.* (?:is|of \w+ is) bool/],
    ['a list', [] as never, /must be params, received an array/],
    ['a disposed tensor', disposed, /parameter 'k' of \w+ is disposed/],
  ];
  for (const [name, work] of Object.entries(readers)) {
    it.each(masks)(`${name}: %s`, async (_, mask, message) => {
      const error = await expectNoLeak(() => work(mask));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message.startsWith(`${name}: `)).toBe(true);
    });
  }

  it('and those that count over prunable weights a mask that prunes others', async () => {
    const mask = { ...good, bias: tf.tensor1d([0, 1]) };
    for (const work of [() => density(mask), () => maskOverlap(mask, mask)]) {
      const error = await expectNoLeak<unknown>(work);
      expect((error as Error).message).toMatch(/prunes 1 weight\(s\) of 'bias', which is not prun/);
    }
    await expect(density({ bias: tf.ones([2]) })).rejects.toThrow(
      /none of the parameters \[bias\]/,
    );
    await expect(maskAnd(good, rows({ k: [1] }))).rejects.toThrow(/'k' differs on axis 1/);
  });
});
