import * as tf from '@tensorflow/tfjs-core';
import { barrier, classificationEvaluator, type SplitForward } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { forwards, type Pair, params, samples, units } from '../support/severalInputs';

await useBackend('cpu');

const [a, b] = [params(1), params(2)];
const data = samples(10);
const y = tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2, 0], 'int32');
const joined = classificationEvaluator(forwards.joined, { x: data.joined, y });
const split: SplitForward<Pair> = {
  linear: (p, x) => units(x, p),
  rest: (p, h) => tf.matMul(tf.relu(h), p.o),
};

describe('classificationEvaluator of a network of several inputs', () => {
  it.each([1, 4, 10, 99])(
    'measures the same in batches of %i as on one tensor',
    async (batchSize) => {
      const expected = await joined(a);
      for (const evaluate of [
        classificationEvaluator(forwards.array, { x: data.array, y }, { batchSize }),
        classificationEvaluator(forwards.record, { x: data.record, y }, { batchSize }),
        classificationEvaluator(split, { x: data.array, y }, { batchSize }),
      ]) {
        const measured = await expectNoLeak(() => evaluate(a));
        if (measured instanceof Error) throw measured;
        expect(measured.loss).toBeCloseTo(expected.loss, 5);
        expect(measured.error).toBe(expected.error);
      }
    },
  );

  it('shares the batches of all tensors, and the first layer, between the points of a barrier', async () => {
    const expected = await barrier(a, b, joined, { points: 5 });
    for (const evaluate of [
      classificationEvaluator(forwards.record, { x: data.record, y }, { batchSize: 4 }),
      classificationEvaluator(split, { x: data.array, y }, { batchSize: 4 }),
    ]) {
      const curve = await expectNoLeak(() => barrier(a, b, evaluate, { points: 5 }));
      if (curve instanceof Error) throw curve;
      for (const [i, loss] of curve.loss.values.entries())
        expect(loss).toBeCloseTo(expected.loss.values[i], 5);
    }
  });

  it('names the tensor that has another number of samples', () => {
    const short = tf.zeros([7, 4]);
    const evaluator = (x: Record<string, tf.Tensor> | tf.Tensor[]) =>
      classificationEvaluator(() => short, { x, y });
    expect(() => evaluator([data.record.ids, short])).toThrow(
      /x\[1\] has 7 samples along axis 0 and x\[0\] 10/,
    );
    expect(() => evaluator({ ids: data.record.ids, short })).toThrow(
      /x\['short'\] has 7 samples along axis 0 and x\['ids'\] 10/,
    );
    expect(() => evaluator({ short })).toThrow(/x has 7 samples and y 10/);
    expect(() => evaluator([])).toThrow(/x must be a tensor, or an array or a record of tensors/);
    short.dispose();
  });
});
