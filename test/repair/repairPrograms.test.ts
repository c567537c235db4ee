import * as tf from '@tensorflow/tfjs-core';
import { interpolate, type Params, repair } from 'perm-lmc';
import { expect, it } from 'vitest';
import { batchesOf } from '../../src/params/batches';
import { findAffine } from '../../src/repair/findAffine';
import { findNorms } from '../../src/repair/findNorms';
import { measure } from '../../src/repair/measure';
import { standardDeviation } from '../../src/repair/rescaled';
import { traceForward } from '../../src/tracing/capture/trace';
import { useBackend } from '../support/backend';
import { randomInput, randomParams } from '../tracing/network';
import { programs } from '../tracing/programs';

await useBackend('cpu');

/**
 * The layers of each program that are rescaled, those with a bias marked; of the others the outputs reach no
 * group, batch normalisation follows, or the kernel is tied or computed.
 */
const layersOf: Record<string, string> = {
  mlp: 'dense1/kernel+ dense2/kernel+',
  lenet: 'c1+ c2+ f1 f2',
  mobileNet: 'expand dw se1 se2 project',
  depthwiseMultiplier: 'c0 dw+ pw',
  groupedConvolution: 'c0 g1 g2',
  unet: 'e1 e2 b u2 d2 d1',
  basicLstmCell: 'kernel+',
  vit: 'patch/kernel+ l0/qkv/kernel+ l0/out/kernel+ l0/mlp1/kernel+ l0/mlp2/kernel+ l1/qkv/kernel+ l1/out/kernel+ l1/mlp1/kernel+ l1/mlp2/kernel+',
  groupedQueryAttention: 'embed wq wk wv wo',
  albert: 'embed wq wk wv wo f1 f2',
  kerasAttention: 'embed wq+ wk+ wv+ wo',
  mixer: 'patch t1 c1 c2',
  weightNorm: '',
};

it.each(Object.entries(layersOf))(
  'the layers of %s get the statistics of the parents: %s',
  async (name, expected) => {
    const { forward, shapes } = programs[name];
    const parents = [randomParams(shapes, 1), randomParams(shapes, 2)];
    const merged = interpolate(parents[0], parents[1], 0.5);
    const inputs = [1, 2, 3, 4].map((seed) => randomInput(programs[name], seed));
    const trace = traceForward(forward, merged, inputs[0]);
    const layers = findAffine(trace, merged, findNorms(trace.calls, merged));
    const names = layers.map(({ kernel, bias }) => kernel.param + (bias ? '+' : ''));
    expect(names.join(' ')).toBe(expected);
    if (expected === '') return;

    const repaired = await repair(merged, parents, { forward, inputs });
    const measured = (params: Params) =>
      measure(params, {
        replay: { forward, calls: trace.calls },
        batches: batchesOf(inputs, 1, () => {}).each(),
        layers,
        asTrained: false,
        yieldPoint: async () => {},
      });
    const [a, b, own] = [...(await Promise.all(parents.map(measured))), await measured(repaired)];
    layers.forEach(({ taps, bias, kernel }, i) => {
      // What a layer does the second time depends on what was repaired after the first.
      if (taps.length > 1) return;
      const [ofA, ofB, deviation] = [a[i], b[i], own[i]].map(standardDeviation);
      deviation.forEach((value, channel) => {
        expect(value, kernel.param).toBeCloseTo((ofA[channel] + ofB[channel]) / 2, 4);
        if (!bias) return;
        const target = (a[i].mean[channel] + b[i].mean[channel]) / 2;
        expect(own[i].mean[channel], kernel.param).toBeCloseTo(target, 4);
      });
    });
    tf.dispose([parents, merged, repaired, inputs]);
  },
);
