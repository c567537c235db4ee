import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { packedSamples } from '../../../src/matching/activations/packedSamples';
import { useBackend } from '../../support/backend';
import { turnsDuring } from '../../support/turnsDuring';

await useBackend('cpu');

it('products of many samples yield to the event loop between parts', async () => {
  // 8 parts of 4096 samples.
  const [samples, units] = [8 * 4096, 384];
  const x = tf.tensor2d(new Float32Array(samples * units).fill(0.5), [samples, units]);
  const digits = [{ count: units, stride: 1 }];
  const packed = await packedSamples(x, {
    ...{ param: 'x', axis: 1, group: 'h', role: null, units, copies: 1, coupling: null },
    layout: { kind: 'strided', offset: 0, digits, loops: [] },
  });
  x.dispose();
  let products: ArrayLike<number> = [];
  const turns = await turnsDuring(async () => {
    products = await packed.products(packed);
  });
  expect(turns).toBeGreaterThanOrEqual(4);
  expect([products.length, products[0]]).toEqual([units ** 2, 0.25 * samples]);
});
