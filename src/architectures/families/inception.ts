import { listsBy, type Shapes } from '../../params/internal';
import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { optional } from '../optional';
import { dense, type Patterns } from '../presets/layout';
import { basicConvolution } from './basicConvolution';
import { concatenation } from './concatenation';
import { concatenationFor } from './concatenationFor';

/** Inception v3 with torchvision's names: modules, whose branches are concatenated. */
export const inception: Architecture = {
  name: 'inception',
  networks: 'inception_v3, as in torchvision and timm, with or without the auxiliary head',
  candidates({ shapes }) {
    const layers = Object.keys(shapes)
      .flatMap((name) => /^(.+)\.conv\.weight$/.exec(name)?.[1] ?? [])
      .sort();
    const modules = new Set(layers.flatMap((name) => /^(Mixed_\d[a-z])\./.exec(name)?.[1] ?? []));
    return modules.size === 0
      ? []
      : [{ name: 'inception_v3', spec: () => specOf(shapes, layers, [...modules]) }];
  },
};

const stem = ['Conv2d_1a_3x3', 'Conv2d_2a_3x3', 'Conv2d_2b_3x3', 'Conv2d_3b_1x1', 'Conv2d_4a_3x3'];

/** The branches of modules, in the order of their concatenation. */
const branches = ['1x1', '5x5', '3x3', '3x3dbl', '7x7', '7x7dbl', '7x7x3'];

/** @param layers - The names of all convolutions, sorted, without `.conv.weight`. */
function specOf(shapes: Shapes, layers: readonly string[], modules: readonly string[]) {
  const patterns: Patterns = {};
  const known = new Set(layers);
  const ofBranches = listsBy(layers, (layer) => [layer.replace(/_\d[ab]?$/, '')]);
  const add = (name: string, images: readonly string[]) => {
    const input = concatenationFor(shapes, `${name}.conv`, images);
    Object.assign(patterns, basicConvolution(name, input));
    return [name];
  };
  let images = ['_'];
  for (const name of stem) images = add(name, images);
  for (const module of modules) {
    const input = images;
    images = branches.flatMap((branch) => addBranch(`${module}.branch${branch}`, input));
    const pool = `${module}.branch_pool`;
    // A module without a convolution after its pooling has a stride, and keeps the pooled image.
    images.push(...(known.has(pool) ? add(pool, input) : input));
    if (module === 'Mixed_6e') Object.assign(patterns, optional(auxiliaryHead(images)));
  }
  Object.assign(patterns, dense('pytorch', 'fc', concatenation(images), '_'));
  return permutationSpec(patterns);

  /** Adds the layers `branch`, or `branch_1`, `branch_2` …. Two layers such as `_2a` and `_2b` have the same input. */
  function addBranch(branch: string, input: readonly string[]): string[] {
    const own = ofBranches.get(branch) ?? [];
    let before = input;
    let after: string[] = [];
    for (const name of own) {
      if (!name.endsWith('b')) [before, after] = [after.length === 0 ? input : after, []];
      after = [...after, ...add(name, before)];
    }
    return after;
  }
}

function auxiliaryHead(images: readonly string[]): Patterns {
  const [first, second] = ['AuxLogits.conv0', 'AuxLogits.conv1'];
  return {
    ...basicConvolution(first, concatenation(images)),
    ...basicConvolution(second, first),
    ...dense('pytorch', 'AuxLogits.fc', second, '_'),
  };
}
