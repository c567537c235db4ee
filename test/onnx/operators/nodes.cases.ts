import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { InvalidInputError } from 'perm-lmc';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectOutput } from '../../support/onnx/expectOutput';
import { type NodeCase, nodeCaseModel, readNodeCase } from '../../support/onnx/nodeCase';
import { tensorOf } from '../../support/onnx/tensorOf';
import { casesLeftOut } from './casesLeftOut';
import { nodeCaseRefusals } from './nodeCaseRefusals';

const folder = process.env.ONNX_NODE_TESTS ?? 'out/onnx-node-tests';
const names = readdirSync(folder).map((name) => name.replace(/^test_/, ''));
const reasons = names.map((name) => casesLeftOut.find(([cases]) => cases.test(name))?.[1]);
const taken = names.filter((_, i) => !reasons[i]);
const refused: string[] = [];

beforeAll(() => useBackend('wasm'));

it.each(taken)('%s is computed as ONNX defines it, or refused by name', async (name) => {
  const place = join(folder, `test_${name}`);
  try {
    // Cases with lists are refused here, before their inputs are read.
    onnxForward(nodeCaseModel(place));
    await expectOutputs(readNodeCase(place));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { problem } = error;
    if (!nodeCaseRefusals.some((each) => each.test(problem))) throw error;
    refused.push(name);
  }
});

afterAll(() => {
  const computed = taken.length - refused.length;
  const left = names.length - taken.length;
  console.log(`${computed} computed, ${refused.length} refused by name, ${left} left out`);
});

async function expectOutputs({ bytes, inputs, outputs }: NodeCase): Promise<void> {
  const before = tf.memory().numTensors;
  const params = onnxParams(bytes);
  const feeds = Object.fromEntries([...inputs].map(([name, tensor]) => [name, tensorOf(tensor)]));
  const result = onnxForward<tf.Tensor | tf.NamedTensorMap>(bytes)(params, feeds);
  const found = result instanceof tf.Tensor ? [result] : Object.values(result);
  for (const [i, message] of outputs.entries()) await expectOutput(found[i], message);
  tf.dispose([params, feeds, result]);
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before);
}
