import { isTrainable } from 'perm-lmc';
import { describe, expect, it } from 'vitest';

describe('isTrainable', () => {
  it.each([
    'conv1.weight',
    'bn1.bias',
    'dense/kernel',
    'bn/gamma',
    'running_mean_head.weight',
    'w',
  ])('%s is', (name) => {
    expect(isTrainable(name)).toBe(true);
  });

  it.each([
    'bn1.running_mean',
    'layer1.0.bn2.running_var',
    'bn1.num_batches_tracked',
    'bn/moving_mean',
    'bn/moving_variance',
    'batch_normalization/moving_mean:0',
    'running_mean',
  ])('%s is not', (name) => {
    expect(isTrainable(name)).toBe(false);
  });
});
