import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { convolution, dense, type Patterns } from '../presets/layout';
import { layerNormalisation } from './layerNormalisation';
import { numbersUnder } from './numbersUnder';
import { perceptron } from './perceptron';

/** ConvNeXt with torchvision's names. Each stage has a residual stream. */
export const convnext: Architecture = {
  name: 'convnext',
  networks: 'convnext_tiny … convnext_large, as in torchvision',
  candidates({ shapes }) {
    const names = Object.keys(shapes);
    if (!names.includes('features.1.0.block.0.weight')) return [];
    return [{ name: 'convnext', spec: () => specOf(names) }];
  },
};

function specOf(names: readonly string[]) {
  const patterns: Patterns = {
    ...convolution('pytorch', 'features.0.0', '_', 'features.0.0'),
    ...layerNormalisation('features.0.1', 'features.0.0'),
  };
  let stream = 'features.0.0';
  for (const at of numbersUnder(names, 'features').slice(1)) {
    const stage = `features.${at}`;
    if (names.includes(`${stage}.0.block.0.weight`)) {
      for (const i of numbersUnder(names, stage)) {
        Object.assign(patterns, block(`${stage}.${i}`, stream));
      }
      continue;
    }
    const conv = `${stage}.1`;
    Object.assign(
      patterns,
      layerNormalisation(`${stage}.0`, stream),
      convolution('pytorch', conv, stream, conv),
    );
    stream = conv;
  }
  Object.assign(
    patterns,
    layerNormalisation('classifier.0', stream),
    dense('pytorch', 'classifier.2', stream, '_'),
  );
  return permutationSpec(patterns);
}

function block(name: string, stream: string): Patterns {
  return {
    [`${name}.layer_scale`]: `${stream} _ _`,
    ...convolution('pytorch', `${name}.block.0`, '_', stream),
    ...layerNormalisation(`${name}.block.2`, stream),
    ...perceptron(`${name}.block.3`, `${name}.block.5`, stream),
  };
}
