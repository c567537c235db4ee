import * as tf from '@tensorflow/tfjs-core';
import { explainSpec, type ModelConfig, recogniseArchitecture } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { torchvisionShapes } from '../support/architectures/torchvisionFixtures';
import { useBackend } from '../support/backend';

await useBackend('cpu');

const shapes = torchvisionShapes();

/** The spec of a network of torchvision that has only the parameters whose names pass. */
function specOf(
  model: string,
  config?: ModelConfig,
  isKept: (name: string) => boolean = () => true,
) {
  return tf.tidy(() => {
    const params = Object.entries(shapes[model]).filter(([name]) => isKept(name));
    const tensors = params.map(([name, shape]) => [name, tf.zeros(shape)]);
    return recogniseArchitecture(Object.fromEntries(tensors), { config }).spec;
  });
}
