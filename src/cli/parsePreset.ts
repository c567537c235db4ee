import { type Layout, mlpSpec, resnetSpec, vggSpec } from '../architectures';
import { architectures } from '../architectures/internal';
import type { PermutationSpec } from '../symmetry';
import { aboutInput } from './aboutInput';
import { UsageError } from './exit';

/** The presets of the command, with their meaning. */
export const PRESETS: readonly (readonly [name: string, meaning: string])[] = [
  ['mlp:3', 'an MLP of 3 dense layers, fc1 fc2 fc3'],
  ['mlp:0,2,4', 'an MLP whose layers have these names, as in an nn.Sequential'],
  ['vgg11 vgg13 vgg16 vgg19', 'as in torchvision'],
  ['vgg11_bn … vgg19_bn', 'as in torchvision, with batch normalisation'],
  ['vgg:1,1,2', 'a VGG with these numbers of convolutions in its stages'],
  ['resnet18 resnet34', 'as in torchvision, with basic blocks'],
  ['resnet50 resnet101 resnet152', 'as in torchvision, with bottleneck blocks'],
  ['resnet:3,3,3', 'a ResNet with these numbers of basic blocks in its stages'],
];

/** The families of networks that the command recognises, with their networks. */
export const FAMILIES: readonly (readonly [name: string, networks: string])[] = architectures.map(
  ({ name, networks }) => [name, networks],
);

/** The options of presets, with their meaning. */
export const PRESET_OPTIONS: readonly (readonly [name: string, meaning: string])[] = [
  [':bn', 'vgg: batch normalisation after each convolution'],
  [':classifier=fc1,fc2', 'vgg: the names of the dense layers'],
  [':bottleneck', 'resnet: bottleneck blocks'],
  [':projections=no,yes,yes', 'resnet: yes for each stage that begins with a projection shortcut'],
  [':tfjs', 'names and axes of TensorFlow.js instead of PyTorch'],
];

/**
 * The spec of a preset such as `resnet18`, `mlp:3` or `vgg:1,1,2:bn:classifier=head`; null if the text does
 * not begin like a preset. Throws if it does but is malformed.
 */
export function parsePreset(text: string): PermutationSpec | null {
  const [head, ...rest] = text.split(':');
  const match = /^(mlp|vgg|resnet)(\d*)(_bn)?$/.exec(head);
  if (!match || (match[1] !== 'vgg' && match[3])) return null;
  const [, family, depth, norm] = match;
  const numbers = depth === '' ? rest.shift() : undefined;
  if (depth === '' && !numbers) {
    throw new UsageError(`the preset '${text}' has no layers: write it like ${EXAMPLES[family]}`);
  }
  const options = presetOptions(text, rest);
  const layout: Layout = options.flag('tfjs') ? 'tfjs' : 'pytorch';
  const spec = aboutInput(`the preset '${text}'`, () =>
    builders[family]({ text, depth, list: numbers ?? '', layout, norm: !!norm }, options),
  );
  options.assertAllTaken();
  return spec;
}

const EXAMPLES: Record<string, string> = {
  mlp: "'mlp:3' or 'mlp:fc1,fc2,out'",
  vgg: "'vgg16' or 'vgg:1,1,2'",
  resnet: "'resnet18' or 'resnet:3,3,3'",
};

interface Preset {
  readonly text: string;
  /** The number after the family's name; empty if there is none. */
  readonly depth: string;
  /** The text after the first colon, for a preset without that number. */
  readonly list: string;
  readonly layout: Layout;
  readonly norm: boolean;
}

const builders: Record<string, (preset: Preset, options: PresetOptions) => PermutationSpec> = {
  mlp({ text, depth, list, layout }) {
    if (depth !== '') throw new UsageError(`there is no preset '${text}': write 'mlp:${depth}'`);
    return mlpSpec(/^\d+$/.test(list) ? Number(list) : names(text, list), { layout });
  },
  vgg({ text, depth, list, layout, norm }, options) {
    const stages = depth === '' ? counts(text, list) : (Number(depth) as 16);
    const batchNorm = options.flag('bn') || norm;
    return vggSpec(stages, { layout, batchNorm, classifier: options.list('classifier') });
  },
  resnet({ text, depth, list, layout }, options) {
    const known = depth === '' ? null : RESNETS[depth];
    if (known === undefined) {
      const depths = Object.keys(RESNETS).join(', ');
      throw new UsageError(`there is no preset '${text}': the depths are ${depths}`);
    }
    const isBottleneck = options.flag('bottleneck') || Number(depth) >= 50;
    return resnetSpec(known ?? counts(text, list), {
      layout,
      block: isBottleneck ? 'bottleneck' : 'basic',
      projections: options.list('projections')?.map((word) => yesOrNo(text, word)),
    });
  },
};

const RESNETS: Record<string, readonly number[]> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};

/** The options of a preset. Each can be taken once. */
interface PresetOptions {
  flag(name: string): boolean;
  list(name: string): string[] | undefined;
  /** Throws if an option is left. */
  assertAllTaken(): void;
}

function presetOptions(text: string, words: readonly string[]): PresetOptions {
  const given = new Map(
    words.map((word) => {
      const [name, ...value] = word.split('=');
      return [name, value.join('=')];
    }),
  );
  const take = (name: string) => {
    const value = given.get(name);
    given.delete(name);
    return value;
  };
  return {
    flag: (name) => take(name) === '',
    list(name) {
      const list = take(name);
      return list === undefined ? undefined : names(text, list);
    },
    assertAllTaken() {
      const [stray] = given.keys();
      if (stray === undefined) return;
      throw new UsageError(
        `the preset '${text}' has no option '${stray}': 'perm-lmc spec' lists the options`,
      );
    },
  };
}

function names(text: string, list: string): string[] {
  const all = list.split(',');
  if (all.includes('')) {
    throw new UsageError(`the preset '${text}' has an empty name: write names such as 'fc1,fc2'`);
  }
  return all;
}

function counts(text: string, list: string): number[] {
  const numbers = list.split(',').map(Number);
  if (list === '' || !numbers.every((count) => Number.isInteger(count) && count >= 1)) {
    throw new UsageError(`the preset '${text}' needs integers ≥ 1, such as '2,2,2,2'`);
  }
  return numbers;
}

function yesOrNo(text: string, word: string): boolean {
  if (word !== 'yes' && word !== 'no') {
    throw new UsageError(`the preset '${text}' has '${word}' instead of yes or no`);
  }
  return word === 'yes';
}
