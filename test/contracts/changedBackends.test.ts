/**
 * Functions on tensors that are on WebGPU alone after another backend was set: tfjs would read them
 * synchronously, which throws in Node and gives zeros in Chromium.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  average,
  barrier,
  classificationEvaluator,
  InvalidInputError,
  interpolate,
  magnitudeMask,
  mlpSpec,
  type Params,
  parseSafetensors,
  permute,
  randomPermutations,
  resetBatchNorm,
  serializeSafetensors,
  traceSpec,
  weightMatch,
} from 'perm-lmc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNoLeak, expectSameParams } from '../support/invariants';
import { mlpForward } from '../support/networks';
import { canRun, start } from '../support/platform/backends';

const forward = mlpForward('tfjs', ['dense1', 'dense2']);
const spec = mlpSpec(2);
const shapes = {
  'dense1/kernel': [30, 48],
  'dense1/bias': [48],
  'dense2/kernel': [48, 40],
  'dense2/bias': [40],
};

/** The same values on every backend; `made` says what becomes of each tensor. */
function network(made: (x: tf.Tensor) => tf.Tensor): Params {
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape], i) => {
        const size = shape.reduce((product, length) => product * length, 1);
        const values = Float32Array.from({ length: size }, (_, j) => Math.sin((i + 1) * (j + 1)));
        return [name, made(tf.tensor(values, shape))];
      }),
    ),
  );
}

describe.skipIf(!canRun('webgpu'))('after another backend was set', () => {
  let onDevice: Params;
  let inMemory: Params;
  let own: Params;
  let x: tf.Tensor;
  beforeAll(async () => {
    await start('webgpu');
    onDevice = network((x) => tf.mul(x, 2));
    inMemory = network((x) => tf.clone(x));
    await start('cpu');
    own = network((x) => tf.clone(x));
    x = tf.ones([2, 30]);
  });
  afterAll(() => tf.dispose([onDevice, inMemory, own, x]));

  const calls: Record<string, (a: Params, b: Params) => unknown> = {
    permute: (a) => permute(spec, a, randomPermutations(spec, inMemory)),
    interpolate: (a, b) => interpolate(b, a, 0.5),
    average: (a, b) => average([b, a]),
    weightMatch: (a, b) => weightMatch(spec, b, a),
    barrier: (a, b) => barrier(b, a, async () => ({ loss: 0 })),
    magnitudeMask: (a) => magnitudeMask(a, { sparsity: 0.5 }),
    traceSpec: (a) => traceSpec(forward, a, x),
  };

  it.each(Object.keys(calls))('%s refuses tensors that are on WebGPU alone', async (name) => {
    const error = await expectNoLeak(() => calls[name](onDevice, own));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toMatch(
      new RegExp(`^${name}: parameter 'dense1/kernel'.* is on WebGPU, but the backend is 'cpu'`),
    );
  });

  it('data on WebGPU alone are refused, too', async () => {
    const inputs = onDevice['dense2/kernel'];
    const y = tf.zeros([48], 'int32') as tf.Tensor1D;
    const evaluator = () => classificationEvaluator(forward, { x: inputs, y });
    expect(evaluator).toThrow(/^classificationEvaluator: x is on WebGPU, but the backend is 'cpu'/);
    const trace = traceSpec(forward, own, onDevice['dense1/kernel']);
    await expect(trace).rejects.toThrow(/^traceSpec: input is on WebGPU, but the backend is 'cpu'/);
    const reset = resetBatchNorm(own, { forward, inputs });
    await expect(reset).rejects.toThrow(
      /^resetBatchNorm: inputs is on WebGPU, but the backend is 'cpu'/,
    );
    tf.dispose(y);
  });

  it('tensors whose values are in memory are taken', async () => {
    const mixture = interpolate(inMemory, own, 0.25);
    await expectSameParams(mixture, own, 1e-6);
    tf.dispose(mixture);
  });

  it('what was on the device is read, and can be made anew', async () => {
    const { params } = parseSafetensors(await serializeSafetensors(onDevice));
    const expected = network((x) => tf.mul(x, 2));
    const mixture = interpolate(params, expected, 0.25);
    await expectSameParams(mixture, expected, 1e-6);
    tf.dispose([params, expected, mixture]);
  });

  it('with WebGPU set again nothing is refused', async () => {
    await start('webgpu');
    const moved = permute(spec, onDevice, randomPermutations(spec, onDevice));
    const expected = await onDevice['dense1/bias'].data();
    expect((await moved['dense1/bias'].data()).toSorted()).toEqual(expected.toSorted());
    tf.dispose(moved);
    await start('cpu');
  });
});
