import { permutationSpec } from '../../symmetry';
import type { Architecture } from '../architecture';
import { optional } from '../optional';
import { dense, flattened, type Patterns } from '../presets/layout';
import { basicConvolution } from './basicConvolution';
import { concatenation } from './concatenation';

/** GoogLeNet with torchvision's names: Inception modules, whose four branches are concatenated. */
export const googlenet: Architecture = {
  name: 'googlenet',
  networks: 'googlenet, as in torchvision, with or without auxiliary heads',
  candidates({ shapes }) {
    const modules = Object.keys(shapes)
      .flatMap((name) => /^(inception\d[a-z])\.branch4\.1\.conv\.weight$/.exec(name)?.[1] ?? [])
      .sort();
    return modules.length === 0 ? [] : [{ name: 'googlenet', spec: () => specOf(modules) }];
  },
};

/** @param modules - The names of the Inception modules, in order. */
function specOf(modules: readonly string[]) {
  const patterns: Patterns = {};
  const add = (name: string, input: string) => {
    Object.assign(patterns, basicConvolution(name, input));
    return name;
  };
  let image = add('conv3', add('conv2', add('conv1', '_')));
  for (const module of modules) {
    image = concatenation([
      add(`${module}.branch1`, image),
      add(`${module}.branch2.1`, add(`${module}.branch2.0`, image)),
      add(`${module}.branch3.1`, add(`${module}.branch3.0`, image)),
      add(`${module}.branch4.1`, image),
    ]);
    const head = { inception4a: 'aux1', inception4d: 'aux2' }[module];
    if (head !== undefined) Object.assign(patterns, optional(auxiliaryHead(head, image)));
  }
  Object.assign(patterns, dense('pytorch', 'fc', image, '_'));
  return permutationSpec(patterns);
}

function auxiliaryHead(name: string, image: string): Patterns {
  const [conv, hidden] = [`${name}.conv`, `${name}.fc1`];
  return {
    ...basicConvolution(conv, image),
    ...dense('pytorch', hidden, flattened('pytorch', conv), hidden),
    ...dense('pytorch', `${name}.fc2`, hidden, '_'),
  };
}
