import * as tf from '@tensorflow/tfjs-core';
import {
  barrier,
  classificationEvaluator,
  interpolate,
  type Params,
  permute,
  repair,
  resetBatchNorm,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readJson, readParams, referencePermutations } from '../support/fixtures';
import { curvePoints, expectReferenceCurve } from '../support/referenceCurves';
import { fashionTrain, mnistTrain } from '../support/trainingImages';

await useBackend('wasm');

const [mlp, convbn, resnet8] = fixtures;

/** A and B of a fixture, B as the reference's activation matching orders it. */
function alignedPair({ name, spec, json }: (typeof fixtures)[number]): [Params, Params] {
  const { axes_to_perm, am_linear } = readJson(json);
  const p = referencePermutations(spec, { axes_to_perm }, am_linear.perms);
  return [readParams(`${name}_A`), permute(spec, readParams(`${name}_B`), p)];
}

describe.each([
  { fixture: convbn, images: mnistTrain },
  { fixture: resnet8, images: fashionTrain },
])('$fixture.name', ({ fixture, images }) => {
  const { forward } = fixture;
  const theirs = readJson(fixture.json).am_linear.barrier_11_bn_reset;

  it("the barrier curve with recomputed statistics is the reference's", async () => {
    const [a, b] = alignedPair(fixture);
    const data = fixture.data();
    const inputs = images(1000);
    const evaluate = classificationEvaluator(forward, data);
    const curve = await barrier(
      a,
      b,
      async (params) => {
        const reset = await resetBatchNorm(params, { forward, inputs, batchSize: 1000 });
        const metrics = await evaluate(reset);
        tf.dispose(reset);
        return metrics;
      },
      { points: curvePoints },
    );
    expectReferenceCurve(curve, theirs);
    tf.dispose([a, b, inputs, data.x, data.y]);
  });

  it('several batches give what one gives', async () => {
    const [a, b] = alignedPair(fixture);
    const merged = interpolate(a, b, 0.5);
    const inputs = images(300);
    const one = await resetBatchNorm(merged, { forward, inputs, batchSize: 300 });
    const several = await resetBatchNorm(merged, { forward, inputs, batchSize: 128 });
    for (const name of Object.keys(one)) {
      const [x, y] = [await one[name].data(), await several[name].data()];
      x.forEach((value, i) => {
        expect(Math.abs(value - y[i]), name).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
      });
    }
    tf.dispose([a, b, merged, inputs, one, several]);
  });
});

describe('mlp64', () => {
  it('the loss at the midpoint falls when its units are rescaled', async () => {
    const [a, b] = alignedPair(mlp);
    const merged = interpolate(a, b, 0.5);
    const inputs = mnistTrain(5000);
    const { forward } = mlp;
    const data = mlp.data();
    const evaluate = classificationEvaluator(forward, data);
    const repaired = await repair(merged, [a, b], { forward, inputs, batchSize: 1000 });
    const [before, after] = [await evaluate(merged), await evaluate(repaired)];
    expect(before.loss).toBeCloseTo(0.1595, 3);
    expect(after.loss).toBeLessThan(0.9 * before.loss);
    expect(after.error).toBeLessThan(before.error);
    tf.dispose([a, b, merged, repaired, inputs, data.x, data.y]);
  });
});
