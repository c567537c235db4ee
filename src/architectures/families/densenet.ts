import { listsBy, type Shapes } from '../../params/internal';
import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { batchNormalisation, convolution, dense, type Patterns } from '../presets/layout';
import { byNumbers } from './byNumbers';
import { concatenation } from './concatenation';
import { concatenationFor } from './concatenationFor';
import { namePrefixes } from './namePrefixes';

/** DenseNet with torchvision's names. Each layer reads the concatenation of all images of its block before it. */
export const densenet: Architecture = {
  name: 'densenet',
  networks: 'densenet121 … densenet201, as in torchvision',
  candidates({ shapes }) {
    const blocks = layersOfBlocks(Object.keys(shapes));
    if (blocks.length === 0) return [];
    return [
      { name: `densenet:${blocks.map((each) => each.length)}`, spec: () => specOf(shapes, blocks) },
    ];
  },
};

/** The prefixes of the layers of each block, in order. */
function layersOfBlocks(names: readonly string[]): string[][] {
  const prefixes = names.flatMap(
    (name) => /^(features\.denseblock\d+\.denselayer\d+\.)/.exec(name)?.[1] ?? [],
  );
  const sorted = [...new Set(prefixes)].sort(byNumbers);
  return [...listsBy(sorted, (prefix) => [prefix.split('.')[1]]).values()];
}

function specOf(shapes: Shapes, blocks: readonly (readonly string[])[]) {
  const has = (layer: string) => namePrefixes(shapes).has(layer);
  const patterns = convolution('pytorch', 'features.conv0', '_', 'features.conv0');
  const addNorm = (name: string, images: readonly string[]) =>
    Object.assign(patterns, batchNormalisation('pytorch', name, concatenation(images)));
  let images = ['features.conv0'];
  if (has('features.norm0')) addNorm('features.norm0', images);
  blocks.forEach((layers, i) => {
    for (const prefix of layers) {
      const layer = denseLayer(shapes, prefix, images);
      Object.assign(patterns, layer.patterns);
      images.push(layer.image);
    }
    const { norm, conv } = layerNames(`features.transition${i + 1}.`, '');
    if (!has(conv)) return;
    const input = concatenationFor(shapes, conv, images);
    addNorm(norm, images);
    Object.assign(patterns, convolution('pytorch', conv, input, conv));
    images = [conv];
  });
  addNorm(has('features.norm_final') ? 'features.norm_final' : 'features.norm5', images);
  Object.assign(patterns, dense('pytorch', 'classifier', concatenation(images), '_'));
  return permutationSpec(patterns);
}

/** The patterns of a layer, and the image that it adds to those of its block. It may lack the second convolution. */
function denseLayer(shapes: Shapes, prefix: string, images: readonly string[]) {
  const has = (layer: string) => namePrefixes(shapes).has(layer);
  const dot = has(`${prefix}norm.1`) ? '.' : ''; // `norm.1` in checkpoints of the first versions of torchvision
  const first = layerNames(prefix, `${dot}1`);
  const second = layerNames(prefix, `${dot}2`);
  const input = concatenationFor(shapes, first.conv, images);
  const patterns: Patterns = {
    ...batchNormalisation('pytorch', first.norm, input),
    ...convolution('pytorch', first.conv, input, first.conv),
  };
  if (!has(second.conv)) return { patterns, image: first.conv };
  Object.assign(
    patterns,
    batchNormalisation('pytorch', second.norm, first.conv),
    convolution('pytorch', second.conv, first.conv, second.conv),
  );
  return { patterns, image: second.conv };
}

function layerNames(prefix: string, suffix: string) {
  return { norm: `${prefix}norm${suffix}`, conv: `${prefix}conv${suffix}` };
}
