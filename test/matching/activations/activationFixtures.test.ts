import * as tf from '@tensorflow/tfjs-core';
import { activationMatch, barrier, classificationEvaluator, permute } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { fixtures, readJson, readParams, referencePermutations } from '../../support/fixtures';
import { curvePoints, expectReferenceCurve } from '../../support/referenceCurves';
import { fashionTrain, mnistTrain } from '../../support/trainingImages';

await useBackend('wasm');

/** The training images that the reference matched on. */
const inputs: Record<string, () => tf.Tensor> = {
  mlp64: () => mnistTrain(5000),
  convbn: () => mnistTrain(1000),
  resnet8: () => fashionTrain(1000),
};

describe.each(fixtures)("the reference's activation matching on $name", (fixture) => {
  const { name, spec, forward } = fixture;
  const { axes_to_perm, am_linear: theirs } = readJson(fixture.json);
  const reference = referencePermutations(spec, { axes_to_perm }, theirs.perms);

  it('the same permutations, and the same objective group by group', async () => {
    const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const x = inputs[name]();
    const ours = await activationMatch(spec, a, b, { forward, inputs: x });
    expect(ours.permutations).toEqual(reference);
    const sum = (values: Iterable<number>) =>
      [...values].reduce((total, value) => total + value, 0);
    const traces: number[] = Object.values(theirs.per_perm_trace);
    const own = Object.values(ours.similarity).map(sum);
    // The reference adds up in float32, in batches: up to 784 000 products.
    for (const trace of traces) {
      expect(own.some((value) => Math.abs(value - trace) < 1e-4 * trace)).toBe(true);
    }
    expect(Math.abs(ours.objective - sum(traces))).toBeLessThan(1e-4 * sum(traces));
    tf.dispose([a, b, x]);
  });

  it('the same similarity of the weights, and the same barrier curves', async () => {
    const [a, b] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const x = inputs[name]();
    const { permutations } = await activationMatch(spec, a, b, { forward, inputs: x });
    const aligned = permute(spec, b, permutations);
    for (const [param, value] of Object.entries<number>(theirs.objective_per_param)) {
      const product = tf.tidy(() => tf.sum(tf.mul(a[param], aligned[param])).dataSync()[0]);
      expect(Math.abs(product - value), param).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
    }
    const data = fixture.data();
    const evaluate = classificationEvaluator(forward, data);
    const curve = await barrier(a, aligned, evaluate, { points: curvePoints });
    expectReferenceCurve(curve, theirs.barrier_11 ?? theirs.barrier_11_plain);
    tf.dispose([a, b, aligned, x, data.x, data.y]);
  });
});
