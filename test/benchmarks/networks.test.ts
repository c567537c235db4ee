import * as tf from '@tensorflow/tfjs-core';
import { fixedPoints, weightMatch } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Architecture,
  initialise,
  mlp,
  noisyCopy,
  resnet20,
  vgg16,
} from '../../benchmarks/support/networks';
import { useBackend } from '../support/backend';

beforeAll(() => useBackend('wasm'));

/** How many weights a network has. */
function weights(architecture: Architecture): number {
  return tf.tidy(() =>
    Object.values(initialise(architecture, 1)).reduce((sum, { size }) => sum + size, 0),
  );
}

describe('networks of the benchmarks', () => {
  it.each([
    // 784·64 + 64 + 64·64 + 64 + 64·10 + 10
    [mlp(2, 64), 55_050],
    // 784·8 + 8, eleven layers of 8·8 + 8, 8·10 + 10: the layers from the tenth on are none from the pixels
    [mlp(12, 8), 7_162],
    // Published: 0.27 million and, for VGG-16 on CIFAR-10, 14.7 million
    [resnet20(1), 275_000],
    [vgg16, 14_720_000],
  ])('$name has the weights of its architecture', (architecture, expected) => {
    const count = weights(architecture);
    if (expected < 100_000) expect(count).toBe(expected);
    else expect(Math.abs(count / expected - 1)).toBeLessThan(0.02);
  });

  it('a noisy copy has its units in another order, near enough to find them again', async () => {
    const architecture = mlp(2, 32);
    const a = initialise(architecture, 1);
    const b = noisyCopy(architecture, a);
    const options = {
      order: 'forward',
      include: (name: string) => name.endsWith('kernel'),
    } as const;
    const found = await weightMatch(architecture.spec, a, b, options);
    const own = await weightMatch(architecture.spec, a, a, options);
    expect(found.objective).toBeGreaterThan(0.9 * own.objective);
    expect(fixedPoints(found.permutations.h1).length).toBeLessThan(16);
    tf.dispose([a, b]);
  });
});
