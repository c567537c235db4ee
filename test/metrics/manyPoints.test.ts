import * as tf from '@tensorflow/tfjs-core';
import { barrier } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { greatest } from '../../src/metrics/greatest';
import { useBackend } from '../support/backend';

await useBackend('cpu');

describe('greatest', () => {
  it('takes more numbers than a call takes arguments', () => {
    expect(greatest(Array.from({ length: 1_000_000 }, (_, i) => i % 1000))).toBe(999);
    expect(greatest([-3, -2])).toBe(-2);
  });
});

describe('a barrier of 100 000 points', () => {
  // Values that are copied at every point take 5·10⁹ steps.
  it('is measured in linear time, and has its maximum in the middle', async () => {
    const ends = [{ w: tf.scalar(0) }, { w: tf.scalar(1) }] as const;
    const evaluate = async ({ w }: tf.NamedTensorMap) => {
      const value = w.dataSync()[0];
      return { loss: value * (1 - value) };
    };
    const { loss } = await barrier(...ends, evaluate, { points: 100_000 });
    expect(loss.values).toHaveLength(100_000);
    expect(loss.max).toBeCloseTo(0.25, 6);
  }, 60_000);
});
