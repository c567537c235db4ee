import * as tf from '@tensorflow/tfjs-core';
import { interpolate, permutationsFrom, permute, weightMatch } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { innerProduct } from '../../examples/paper/support/innerProduct';
import { cifarSample } from '../../examples/support/cifar';
import { wasmEvaluator } from '../../examples/support/training/wasmEvaluator';
import { useBackend } from '../support/backend';
import { type CifarFamily, cifarParams, resnet20, vgg16 } from '../support/cifarFixtures';
import { readJson } from '../support/fixtures';

await useBackend('wasm');

/** Losses and errors at α = 0, 0.1, … 1 on the 500 images, by scripts/cifarBarriers.py. */
interface Curve {
  readonly loss: readonly number[];
  readonly error: readonly number[];
}

interface Measured {
  readonly S: number;
  readonly permutations: Record<string, number[]>;
  readonly none: Curve;
  readonly matched: Curve;
}

const pairs: [string, number, number, CifarFamily][] = [
  [vgg16.name, 1, 2, vgg16],
  [vgg16.name, 1, 3, vgg16],
  [vgg16.name, 2, 3, vgg16],
  [resnet20.name, 1, 2, resnet20],
];

describe.each(pairs)('%s, seeds %i and %i', (name, first, second, family) => {
  const key = `${name}_${first}${second}`;
  const measured: Measured = readJson('cifar/barriers.json')[key];

  it('have between them the losses and the errors that PyTorch measured', async () => {
    const [a, b] = [cifarParams(family, first), cifarParams(family, second)];
    const aligned = permute(family.spec, b, permutationsFrom(measured.permutations));
    const evaluate = wasmEvaluator(family.network, cifarSample());
    for (const [other, curve, points] of [
      [b, measured.none, [5]],
      [aligned, measured.matched, [3, 5]],
    ] as const) {
      for (const point of points) {
        const mixed = interpolate(a, other, point / 10);
        const { loss, error } = await evaluate(mixed);
        expect(Math.abs(loss - curve.loss[point])).toBeLessThan(1e-3);
        expect(Math.abs(error - curve.error[point])).toBeLessThan(1e-3);
        tf.dispose(mixed);
      }
    }
    tf.dispose([a, b, aligned]);
  });

  it('are matched by default at least as well as by a plain coordinate descent in NumPy', async () => {
    const [a, b] = [cifarParams(family, first), cifarParams(family, second)];
    const { objective, permutations } = await weightMatch(family.spec, a, b);
    expect(objective).toBeGreaterThan(readJson('cifar/reference.json')[key].S);
    const aligned = permute(family.spec, b, permutations);
    expect(await innerProduct(a, aligned)).toBeCloseTo(objective, 2);
    tf.dispose([a, b, aligned]);
  });
});
