import * as tf from '@tensorflow/tfjs-core';
import {
  interpolate,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import { onnxNetworks, writeOnnx } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { expectClose } from '../support/onnx/expectClose';
import { type FixtureFile, onnxFixture, onnxFixtures } from '../support/onnx/onnxFixtures';
import { referenceOutputs } from '../support/onnx/referenceOutputs';
import { randomTensor } from '../support/randomTensor';

await useBackend('wasm');

/** The sum of a cumulative sum in both directions has no order, but the two kernels have. */
const notFound = new Set(['floatdata']);

describe.each(onnxFixtures)('%s, %s', (name, kind) => {
  const { files: pair, inputs, outputs, patterns, sizes } = onnxFixture(name, kind);
  const x = inputs.length === 1 ? inputs[0] : [...inputs];
  const open = () =>
    onnxNetworks<tf.Tensor | tf.NamedTensorMap>(
      pair.map(({ bytes }) => bytes),
      { input: x, externalData: pair.map(({ externalData = {} }) => externalData) },
    );
  let networks: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    networks = await open();
  });

  it('computes what PyTorch computes', async () => {
    for (const [seed, expected] of outputs.entries()) {
      const found = listOf(networks.forward(networks.params[seed], x));
      expect(found.length).toBe(expected.length);
      for (const [i, output] of found.entries()) await expectClose(output, expected[i]);
    }
  });

  it('derives a spec that keeps the function', async () => {
    const { spec, forward, params } = networks;
    const expected = new Set(
      Object.values(patterns).flatMap((each) => each.match(/[a-z]\w*/g) ?? []),
    );
    if (!notFound.has(name)) expect(spec.groups.length).toBeGreaterThanOrEqual(expected.size);
    const moved = permute(spec, params[0], randomPermutations(spec, params[0], { seed: 3 }));
    const [before, after] = [params[0], moved].map((each) => listOf(forward(each, x)));
    for (const [i, output] of after.entries()) await expectClose(output, before[i]);
  });

  it('recovers a planted permutation', async () => {
    const { spec } = networks;
    const params = redrawn(networks.params[0]);
    const planted = permute(spec, params, randomPermutations(spec, params, { seed: 5 }));
    const { permutations } = await weightMatch(spec, params, planted);
    await expectSameParams(permute(spec, planted, permutations), params);
  });

  it.runIf(Object.keys(patterns).length > 0 && !notFound.has(name))(
    'finds the groups that were written by hand',
    async () => {
      const { spec } = networks;
      const own = networks.params[0];
      const isFixed = (pattern: string) => /^[_ ]*$/.test(pattern);
      // Scalars that are constants here, and the branch of an If that is not taken.
      const missing = Object.entries(patterns).filter(([each]) => !Object.hasOwn(own, each));
      expect(missing.filter(([, pattern]) => !isFixed(pattern))).toEqual([]);
      const known = Object.entries(patterns).filter(([each]) => Object.hasOwn(own, each));
      const byHand = permutationSpec(Object.fromEntries(known), { sizes, unlisted: 'fixed' });
      // Constants without a pattern, such as a scale of ones, keep their values.
      const listed = Object.fromEntries(known.map(([each]) => [each, own[each]]));
      const params = { ...own, ...redrawn(listed) };
      const planted = permute(byHand, params, randomPermutations(byHand, params, { seed: 7 }));
      const { permutations } = await weightMatch(spec, params, planted);
      await expectSameParams(permute(spec, planted, permutations), params);
    },
  );

  it('writes a merged file that onnxruntime runs', async () => {
    const { params, forward } = networks;
    const merged = interpolate(params[0], params[1], 0.5);
    const written = await writeOnnx(pair[0].bytes, merged, {
      externalData: pair[0].externalData ?? {},
    });
    // Params as they are stored: weights of 16 bits are rounded.
    const stored = (
      await onnxNetworks([written.bytes, pair[0].bytes], {
        input: x,
        verify: false,
        externalData: [written.externalData, pair[0].externalData ?? {}],
      })
    ).params[0];
    const found = listOf(forward(stored, x));
    const feeds = Object.fromEntries(
      networks.inputs.map(({ name: input, type }, i) => [
        input,
        { type: type as 'float', shape: inputs[i].shape, data: inputs[i].dataSync() },
      ]),
    );
    const reference = await referenceOutputs(
      written.bytes,
      feeds,
      externalOf(pair[0], written.externalData),
    );
    for (const [i, { name: output }] of networks.outputs.entries()) {
      const { shape, data } = reference[output];
      await expectClose(found[i], tf.tensor([...data], [...shape]));
    }
  });
});

function externalOf(file: FixtureFile, data: Readonly<Record<string, Uint8Array>>) {
  return file.externalData ? data : {};
}

function listOf(output: tf.Tensor | tf.NamedTensorMap): tf.Tensor[] {
  return output instanceof tf.Tensor ? [output] : Object.values(output);
}

/** Params of the same shapes without values that are equal by chance, such as zero biases. */
function redrawn(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, { shape }], i) => [name, randomTensor(shape, 100 + i)]),
  );
}
