import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { batchNormalisation, convolution, dense, type Patterns } from '../presets/layout';
import { byNumbers } from './byNumbers';
import { concatenation } from './concatenation';

/** DenseNet with torchvision's names. Each layer reads the concatenation of all images of its block before it. */
export const densenet: Architecture = {
  name: 'densenet',
  networks: 'densenet121 … densenet201, as in torchvision',
  candidates({ shapes }) {
    const names = Object.keys(shapes);
    const blocks = layersOfBlocks(names);
    if (blocks.length === 0) return [];
    return [
      { name: `densenet:${blocks.map((each) => each.length)}`, spec: () => specOf(names, blocks) },
    ];
  },
};

/** The prefixes of the layers of each block, in order. */
function layersOfBlocks(names: readonly string[]): string[][] {
  const prefixes = names.flatMap(
    (name) => /^(features\.denseblock\d+\.denselayer\d+\.)/.exec(name)?.[1] ?? [],
  );
  const blocks = new Map<string, string[]>();
  for (const prefix of [...new Set(prefixes)].sort(byNumbers)) {
    const block = prefix.split('.')[1];
    blocks.set(block, [...(blocks.get(block) ?? []), prefix]);
  }
  return [...blocks.values()];
}

function specOf(names: readonly string[], blocks: readonly (readonly string[])[]) {
  const has = (layer: string) => names.some((name) => name.startsWith(`${layer}.`));
  const patterns: Patterns = {};
  const addConvolution = (name: string, input: string) =>
    Object.assign(patterns, convolution('pytorch', name, input, name));
  const addNorm = (name: string, units: string) =>
    Object.assign(patterns, batchNormalisation('pytorch', name, units));

  addConvolution('features.conv0', '_');
  if (has('features.norm0')) addNorm('features.norm0', 'features.conv0');
  let images = ['features.conv0'];
  blocks.forEach((layers, i) => {
    for (const prefix of layers) {
      const dot = has(`${prefix}norm.1`) ? '.' : ''; // `norm.1` in checkpoints of the first versions of torchvision
      const [norm1, conv1, norm2, conv2] = ['norm1', 'conv1', 'norm2', 'conv2'].map(
        (name) => prefix + name.replace(/\d/, (digit) => dot + digit),
      );
      addNorm(norm1, concatenation(images));
      addConvolution(conv1, concatenation(images));
      if (has(conv2)) {
        addNorm(norm2, conv1);
        addConvolution(conv2, conv1);
      }
      images = [...images, has(conv2) ? conv2 : conv1];
    }
    const transition = `features.transition${i + 1}`;
    if (!has(`${transition}.conv`)) return;
    addNorm(`${transition}.norm`, concatenation(images));
    addConvolution(`${transition}.conv`, concatenation(images));
    images = [`${transition}.conv`];
  });
  addNorm(
    has('features.norm_final') ? 'features.norm_final' : 'features.norm5',
    concatenation(images),
  );
  Object.assign(patterns, dense('pytorch', 'classifier', concatenation(images), '_'));
  return permutationSpec(patterns);
}
