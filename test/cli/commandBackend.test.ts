import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useCommandBackend } from '../../src/cli/commandBackend';
import { useBackend } from '../support/backend';

it('keeps a backend that is already set', async () => {
  await useBackend('cpu');
  expect(await useCommandBackend()).toBe('cpu');
  expect(tf.getBackend()).toBe('cpu');
});
