import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { calibratedLoss } from '../../examples/support/calibration/calibratedLoss';
import { inverseTemperature } from '../../examples/support/calibration/inverseTemperature';
import { logitMetrics } from '../../examples/support/calibration/logitMetrics';
import { type Predictions, scaledLoss } from '../../examples/support/calibration/scaledLoss';
import { useBackend } from '../support/backend';
import { randomTensor } from '../support/randomTensor';

await useBackend('cpu');

/** Normal logits of four classes, that of the sample's own raised by 1, times a scale. */
async function noisy(samples: number, scale: number, seed = 1): Promise<Predictions> {
  const noise = randomTensor([samples, 4], seed);
  const values = await noise.data();
  noise.dispose();
  const labels = Int32Array.from({ length: samples }, (_, i) => (i * i) % 4);
  const logits = values.map((value, i) => scale * (value + (labels[i >> 2] === i % 4 ? 1 : 0)));
  return { logits: Float32Array.from(logits), labels };
}

describe('scaledLoss', () => {
  // Logits (ln 3, 0) and β = 1: p = (3/4, 1/4). Class 0: −ln 3/4; slope ¾·ln 3 − ln 3 = −¼·ln 3.
  it('is the cross-entropy of a case in the comment, with its slope', () => {
    const predictions = { logits: Float32Array.of(Math.log(3), 0), labels: Int32Array.of(0) };
    const { loss, slope } = scaledLoss(predictions, 1);
    expect(loss).toBeCloseTo(Math.log(4 / 3), 6);
    expect(slope).toBeCloseTo(-Math.log(3) / 4, 6);
  });

  it("is tfjs's softmax cross-entropy of the scaled logits", async () => {
    const predictions = await noisy(20, 3);
    const { logits, labels } = predictions;
    const expected = tf.tidy(() =>
      tf.losses
        .softmaxCrossEntropy(
          tf.oneHot(tf.tensor1d(labels, 'int32'), 4),
          tf.mul(tf.tensor2d(logits, [20, 4]), 0.7),
        )
        .arraySync(),
    );
    expect(scaledLoss(predictions, 0.7).loss).toBeCloseTo(expected as number, 5);
  });

  it('has the slope of finite differences', async () => {
    const predictions = await noisy(20, 3);
    for (const beta of [0.1, 1, 4]) {
      const [low, high] = [-1e-4, 1e-4].map((step) => scaledLoss(predictions, beta + step).loss);
      expect(scaledLoss(predictions, beta).slope).toBeCloseTo((high - low) / 2e-4, 5);
    }
  });

  it('stays finite for logits whose exponentials overflow', () => {
    const predictions = { logits: Float32Array.of(2000, 0), labels: Int32Array.of(1) };
    expect(scaledLoss(predictions, 1).loss).toBeCloseTo(2000, 6);
  });
});

describe('inverseTemperature', () => {
  it.each([0.2, 1, 5])('has the smallest loss of a fine grid, logits × %d', async (scale) => {
    const predictions = await noisy(200, scale);
    const beta = inverseTemperature(predictions);
    const { loss } = scaledLoss(predictions, beta);
    for (let log = -4; log <= 4; log += 0.01) {
      expect(scaledLoss(predictions, Math.exp(log)).loss).toBeGreaterThan(loss - 1e-9);
    }
  });

  it('falls by the factor by which logits grow', async () => {
    const [plain, sharp] = [await noisy(200, 1), await noisy(200, 5)];
    expect(inverseTemperature(sharp)).toBeCloseTo(inverseTemperature(plain) / 5, 5);
  });

  it('ends at its limits, 100 where all are right and 1/100 where all are wrong', () => {
    const logits = Float32Array.of(0.1, 0, 0.1, 0);
    expect(inverseTemperature({ logits, labels: Int32Array.of(0, 0) })).toBeCloseTo(100, 5);
    expect(inverseTemperature({ logits, labels: Int32Array.of(1, 1) })).toBeCloseTo(0.01, 5);
  });
});

describe('calibratedLoss', () => {
  it('does not depend on the scale of the logits', async () => {
    const [plain, sharp] = [await noisy(201, 1), await noisy(201, 6)];
    expect(calibratedLoss(sharp)).toBeCloseTo(calibratedLoss(plain), 5);
    expect(scaledLoss(sharp, 1).loss).toBeGreaterThan(1.5 * scaledLoss(plain, 1).loss);
  });

  it('is not fitted to the samples that it is measured on', async () => {
    const predictions = await noisy(8, 1);
    const fitted = scaledLoss(predictions, inverseTemperature(predictions)).loss;
    expect(calibratedLoss(predictions)).toBeGreaterThan(fitted);
  });

  it('needs a sample for each half', () => {
    const one = { logits: Float32Array.of(1, 0), labels: Int32Array.of(0) };
    expect(() => calibratedLoss(one)).toThrow(/2 samples or more, not 1/);
  });
});

describe('logitMetrics', () => {
  // The greatest logits are those of the classes 0, 1 and 1.
  it('counts the samples whose greatest logit is another class', () => {
    const logits = Float32Array.of(2, 1, 0, 3, -1, 5);
    const { error } = logitMetrics({ logits, labels: Int32Array.of(0, 1, 0) });
    expect(error).toBeCloseTo(1 / 3, 12);
  });

  it('has the loss of the logits as they are', async () => {
    const predictions = await noisy(10, 2);
    expect(logitMetrics(predictions).loss).toBe(scaledLoss(predictions, 1).loss);
  });
});
