import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { invalid } from '../../src/errors';
import { useBackend } from '../support/backend';
import { fuzz } from './fuzz';
import type { FuzzedParser } from './fuzzedParser';

await useBackend('cpu');

const kept: unknown[] = [];
const failureOf = async (
  parse: FuzzedParser<string>['parse'],
  inputs = fc.constant<string>('a'),
) => {
  const failure = await fuzz({ name: 'test', inputs, parse }, { mutants: 20, seed: 1 });
  return failure && [failure.input, String(failure.error)];
};

it.each<[string, FuzzedParser<string>['parse']]>([
  ['reads', (text) => text.length],
  [
    'refuses',
    async () => {
      throw invalid('it is wrong', 'Mend it');
    },
  ],
])('a parser that %s everything handles it', async (_, parse) => {
  expect(await failureOf(parse)).toBeNull();
});

it('another error is a failure, and the input is made smaller', async () => {
  const unit = fc.constantFrom('a', 'b', 'x');
  const [input, error] = (await failureOf(
    (text) => {
      if (text.includes('x')) throw new TypeError('no x');
    },
    fc.string({ minLength: 5, maxLength: 20, unit }),
  ))!;
  expect([...input].sort().join('')).toBe('aaaax');
  expect(error).toBe('TypeError: no x');
});

it('a rejection is a failure', async () => {
  const [, error] = (await failureOf(() => Promise.reject(new Error('late'))))!;
  expect(error).toBe('Error: late');
});

it('a tensor that is left is a failure', async () => {
  const [, error] = (await failureOf(() => {
    kept.push(tf.scalar(1));
  }))!;
  tf.dispose(kept.splice(0) as tf.Tensor[]);
  expect(error).toBe('Error: 1 tensors are left after the result');
});

it('more CPU time than the limit is a failure', async () => {
  const [, error] = (await failureOf(() => {
    const start = process.cpuUsage();
    for (;;) {
      const { user, system } = process.cpuUsage(start);
      if (user + system > 70_000) return;
    }
  }))!;
  expect(error).toMatch(/^Error: \d+ bytes take \d+ ms of CPU$/);
});

it('memory out of proportion is a failure', async () => {
  const [, error] = (await failureOf(() => {
    kept.push(new Uint8Array(2 ** 26));
  }))!;
  kept.length = 0;
  expect(error).toMatch(/^Error: \d+ bytes take 6\d MiB of memory$/);
});
