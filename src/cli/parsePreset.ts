import { type Layout, mlpSpec, type PermutationSpec, resnetSpec, vggSpec } from '../symmetry';
import { UsageError } from './exit';

/** The presets that a command line can name, with what they are. */
export const PRESETS: readonly (readonly [name: string, meaning: string])[] = [
  ['mlp:3', 'a multilayer perceptron of 3 dense layers, fc1 fc2 fc3'],
  ['mlp:0,2,4', 'the same with these names, as of an nn.Sequential'],
  ['vgg11 vgg13 vgg16 vgg19', "torchvision's"],
  ['vgg11_bn … vgg19_bn', 'the same with batch normalisation'],
  ['vgg:1,1,2', 'so many convolutions in each stage'],
  ['resnet18 resnet34', "torchvision's, of basic blocks"],
  ['resnet50 resnet101 resnet152', "torchvision's, of bottleneck blocks"],
  ['resnet:3,3,3', 'so many basic blocks in each stage'],
];

/** What may follow a preset. */
export const PRESET_OPTIONS: readonly (readonly [name: string, meaning: string])[] = [
  [':bn', 'vgg: a batch normalisation after each convolution'],
  [':classifier=fc1,fc2', 'vgg: the names of the dense layers'],
  [':bottleneck', 'resnet: bottleneck blocks'],
  [':projections=no,yes,yes', 'resnet: which stages begin with a projection shortcut'],
  [':tfjs', 'names and axes as in TensorFlow.js, rather than PyTorch'],
];

/**
 * The spec of a preset such as `resnet18`, `mlp:3` or `vgg:1,1,2:bn:classifier=head`; null where the text
 * begins like none.
 */
export function parsePreset(text: string): PermutationSpec | null {
  const [head, ...rest] = text.split(':');
  const match = /^(mlp|vgg|resnet)(\d*)(_bn)?$/.exec(head);
  if (!match || (match[1] !== 'vgg' && match[3])) return null;
  const [, family, depth, norm] = match;
  const numbers = depth === '' ? rest.shift() : undefined;
  if (depth === '' && !numbers) {
    throw new UsageError(`the preset '${text}' says no layers: write it like ${EXAMPLES[family]}`);
  }
  const options = presetOptions(text, rest);
  const layout: Layout = options.flag('tfjs') ? 'tfjs' : 'pytorch';
  const spec = builders[family](
    { text, depth, list: numbers ?? '', layout, norm: !!norm },
    options,
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
  /** The number after the family's name, '' where there is none. */
  readonly depth: string;
  /** What stands behind the first colon where there is no such number. */
  readonly list: string;
  readonly layout: Layout;
  readonly norm: boolean;
}

const builders: Record<string, (preset: Preset, options: PresetOptions) => PermutationSpec> = {
  mlp({ text, depth, list, layout }) {
    if (depth !== '') throw new UsageError(`there is no preset '${text}': write 'mlp:${depth}'`);
    return mlpSpec(/^\d+$/.test(list) ? Number(list) : list.split(','), { layout });
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

/** The options of a preset, each to be taken once. */
interface PresetOptions {
  flag(name: string): boolean;
  list(name: string): string[] | undefined;
  /** Throws where one is left that nobody has taken. */
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
    list: (name) => take(name)?.split(','),
    assertAllTaken() {
      const [stray] = given.keys();
      if (stray === undefined) return;
      throw new UsageError(
        `the preset '${text}' has no option '${stray}': 'perm-lmc spec' lists what there is`,
      );
    },
  };
}

function counts(text: string, list: string): number[] {
  const numbers = list.split(',').map(Number);
  if (list === '' || !numbers.every((count) => Number.isInteger(count) && count >= 1)) {
    throw new UsageError(`the preset '${text}' needs whole numbers from 1 on, such as '2,2,2,2'`);
  }
  return numbers;
}

function yesOrNo(text: string, word: string): boolean {
  if (word !== 'yes' && word !== 'no') {
    throw new UsageError(`the preset '${text}' says '${word}' where it should say yes or no`);
  }
  return word === 'yes';
}
