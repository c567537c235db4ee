import * as tf from '@tensorflow/tfjs-core';
import { traceSpec } from 'perm-lmc';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { floats } from '../../support/onnx/feeds';
import { modelBytes } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

it('attention with shared keys keeps the order of heads free', async () => {
  const x = floats([2, 3, 6]);
  const bytes = modelBytes(
    {
      inputs: { x },
      nodes: [
        ['MatMul', ['x', 'wq'], ['q']],
        ['MatMul', ['x', 'wk'], ['k']],
        ['MatMul', ['x', 'wv'], ['v']],
        ['Attention', ['q', 'k', 'v'], ['y'], { q_num_heads: 4, kv_num_heads: 2, is_causal: 1 }],
        ['MatMul', ['y', 'wo'], ['z']],
      ],
      initializers: {
        wq: floats([6, 16]),
        wk: floats([6, 8], 2),
        wv: floats([6, 8], 3),
        wo: floats([16, 5], 4),
      },
      outputs: ['z'],
    },
    { opset: 23, ir: 10 },
  );
  const params = onnxParams(bytes);
  const input = tf.tensor(Array.from(x.data), [...x.shape]);
  const { groups } = await traceSpec(onnxForward(bytes), params, input);
  // Two groups of two heads; in each, the heads, the numbers of keys and those of values.
  expect(groups.map(({ size }) => size).sort()).toEqual([2, 4, 8, 8]);
  const parents = groups.flatMap((group) => group.parents?.map((parent) => parent.group) ?? []);
  expect(new Set(parents).size).toBe(1);
  expect(parents.length).toBe(3);
  tf.dispose([params, input]);
});
