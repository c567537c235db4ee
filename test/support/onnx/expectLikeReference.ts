import * as tf from '@tensorflow/tfjs-core';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { expect } from 'vitest';
import { type FunctionGiven, type GraphGiven, modelBytes, type TensorGiven } from './modelBytes';
import { type ReferenceOutput, referenceOutputs } from './referenceOutputs';

/** Settings of {@link expectLikeReference}. */
export interface ReferenceSettings {
  readonly opset?: number;
  readonly ir?: number;
  readonly domains?: Readonly<Record<string, number>>;
  readonly functions?: readonly FunctionGiven[];
  /** The largest difference, relative to the largest value of the output or 1. Default 1e-4. */
  readonly tolerance?: number;
  /** The outputs that the reference does not compute. Default: onnxruntime computes them. */
  readonly expected?: Readonly<Record<string, ReferenceOutput>>;
}

/**
 * Expects that a graph has the same outputs here as in onnxruntime, and that no tensor is left behind.
 *
 * @param feeds - The values of the graph's inputs. The graph declares their types and shapes unless it does itself.
 */
export async function expectLikeReference(
  graph: Omit<GraphGiven, 'inputs'> & Partial<Pick<GraphGiven, 'inputs'>>,
  feeds: Readonly<Record<string, TensorGiven>>,
  { tolerance = 1e-4, expected, ...settings }: ReferenceSettings = {},
): Promise<void> {
  const bytes = modelBytes({ inputs: feeds, ...graph }, settings);
  const reference = expected ?? (await referenceOutputs(bytes, feeds));
  await expectOutputs(bytes, feeds, reference, tolerance);
}

/** Expects the outputs of a model on these inputs. */
async function expectOutputs(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, TensorGiven>>,
  reference: Readonly<Record<string, ReferenceOutput>>,
  tolerance: number,
): Promise<void> {
  const before = tf.memory().numTensors;
  const params = onnxParams(bytes);
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, given]) => [name, feedTensor(given)]),
  );
  const names = Object.keys(reference);
  const outputs = onnxForward<tf.Tensor | tf.NamedTensorMap>(bytes)(params, inputs);
  const byName = outputs instanceof tf.Tensor ? { [names[0]]: outputs } : outputs;
  for (const [name, { shape, data }] of Object.entries(reference)) {
    const found = byName[name];
    expect(found.shape, name).toEqual([...shape]);
    expectClose(Array.from(await found.data()), data, tolerance, name);
  }
  tf.dispose([params, inputs, byName]);
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
}

function expectClose(
  found: readonly number[],
  expected: readonly number[],
  tolerance: number,
  name: string,
): void {
  const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs));
  const wrong = expected.findIndex(
    (value, i) => !Object.is(value, found[i]) && !(Math.abs(value - found[i]) <= tolerance * scale),
  );
  const message = `${name}[${wrong}] is ${found[wrong]} instead of ${expected[wrong]}`;
  expect(wrong, message).toBe(-1);
}

/** The tensor of a feed, as a user of tfjs makes it: float32, int32 or bool. */
export function feedTensor({ type = 'float', shape, data }: TensorGiven): tf.Tensor {
  const dtype =
    type === 'bool' ? 'bool' : type === 'float' || type === 'double' ? 'float32' : 'int32';
  return tf.tensor(Array.from(data), [...shape], dtype);
}
