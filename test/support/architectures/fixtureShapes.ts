import * as tf from '@tensorflow/tfjs-core';
import { onnxNetwork } from 'perm-lmc/onnx';
import { torchvisionFixture } from './torchvisionFixtures';

/** The names and shapes of a small network's parameters. */
export async function fixtureShapes(name: string): Promise<Record<string, number[]>> {
  const { bytes, x, y } = torchvisionFixture(name);
  const { params } = await onnxNetwork(bytes, { input: x });
  const shapes = Object.entries(params).map(([param, { shape }]) => [param, shape]);
  tf.dispose([x, y, params]);
  return Object.fromEntries(shapes);
}
