import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { layersByName } from '../../../examples/paper/support/trajectories/layersByName';
import { resnet20, vgg16 } from '../../../examples/support/layerNorm/architectures';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import { useBackend } from '../../support/backend';

await useBackend('wasm');

it.each([vgg16(16), resnet20(4)])('the layers of $name share out its parameters', (network) => {
  const params = initialParams(network, 1);
  const shared = [...layersByName(network).values()].flat();
  expect([...shared].sort()).toEqual(Object.keys(params).sort());
  tf.dispose(params);
});

it('the layers of a network stand in forward order', () => {
  const vgg = [...layersByName(vgg16(16)).keys()];
  expect(vgg).toEqual([...Array.from({ length: 13 }, (_, i) => `conv${i + 1}`), 'fc']);
  const blocks = Array.from({ length: 9 }, (_, i) => `blocks.${i}`);
  expect([...layersByName(resnet20(4)).keys()]).toEqual(['conv', ...blocks, 'fc']);
});
