import * as tf from '@tensorflow/tfjs-core';
import { permute, randomPermutations, weightMatch } from 'perm-lmc';
import { expect, it } from 'vitest';
import { layersModelNetwork } from '../../src/models';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';
import { publishedLayersModel } from './publishedModels';

await useBackend('wasm');

it('weightMatch recovers a permutation planted in MobileNetV2 as published', async () => {
  const { model } = await publishedLayersModel('mobilenet_v2');
  const { params, spec } = await layersModelNetwork(model);
  const planted = randomPermutations(spec, params, { seed: 3 });
  const b = permute(spec, params, planted);
  const { permutations, converged } = await weightMatch(spec, params, b, { seed: 0 });
  expect(converged).toBe(true);
  // The params, not the permutations: units that are equal may change places.
  const aligned = permute(spec, b, permutations);
  await expectSameParams(aligned, params);
  tf.dispose([params, b, aligned]);
  model.dispose();
}, 120_000);
