import { listsBy, type Shapes } from '../../params/internal';
import { byNumbers } from './byNumbers';

/** The layers of a residual network, as its names and shapes show them. */
export interface ResnetForm {
  /** The convolutions before the blocks, in order. */
  readonly stem: readonly ResnetLayer[];
  readonly blocks: readonly ResnetBlock[];
  /** True if the batch normalisation of a layer comes before its convolution, and not after it. */
  readonly preActivation: boolean;
  /** The batch normalisation after the last block, which some networks with preactivation have. */
  readonly lastNorm: string | null;
  /** The name of the dense layer. */
  readonly head: string;
}

/** A block with its shortcut. */
export interface ResnetBlock {
  /** The prefix of its names, such as `layer1.0.`. */
  readonly prefix: string;
  /** The stage, from 1. */
  readonly stage: number;
  /** The index in the stage, from 1. */
  readonly index: number;
  readonly layers: readonly ResnetLayer[];
  /** The two layers of a squeeze-and-excitation of the result; null if there is none. */
  readonly gate: readonly [reduce: string, expand: string] | null;
  /** The projection of the shortcut; null if the shortcut has no parameters. */
  readonly shortcut: ResnetLayer | null;
}

/** A convolution and its batch normalisation. */
export interface ResnetLayer {
  readonly conv: string;
  readonly norm: string | null;
}

/**
 * Reads the layers of a residual network with torchvision's names, timm's or those of networks for CIFAR; null if there
 * is no block such as `layer1.0` or `block1.layer.0`.
 */
export function resnetForm(shapes: Shapes): ResnetForm | null {
  const names = Object.keys(shapes).sort(byNumbers);
  const blockNames = namesOfBlocks(names);
  if (blockNames.size === 0) return null;
  const blocks = [...blockNames].map(([prefix, own]) => readBlock(shapes, own, prefix));
  const stem = readSequence(shapes, names, 'conv1');
  const preActivation = blocks.some(({ layers }) =>
    layers.some((layer) => isBefore(shapes, layer)),
  );
  const norm = ['bn1', 'bn'].find((name) => Object.hasOwn(shapes, `${name}.running_mean`)) ?? null;
  const isLast = preActivation && (norm === null || !isAfter(shapes, { ...stem.at(-1)!, norm }));
  return {
    stem: stem.map((layer, i) =>
      i === stem.length - 1 ? { ...layer, norm: isLast ? null : (norm ?? 'bn1') } : layer,
    ),
    blocks,
    preActivation,
    lastNorm: isLast ? norm : null,
    head:
      ['fc', 'linear', 'classifier'].find((name) => Object.hasOwn(shapes, `${name}.weight`)) ??
      'fc',
  };
}

/** The names of each block by its prefix, in order. */
function namesOfBlocks(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return listsBy(names, (name) => /^(?:layer\d+|block\d+\.layer)\.\d+\./.exec(name) ?? []);
}

function readBlock(shapes: Shapes, own: readonly string[], prefix: string): ResnetBlock {
  const layers = own.flatMap((name) => {
    const [, index] = /^conv(\d+)\.weight$/.exec(name.slice(prefix.length)) ?? [];
    return index ? [{ conv: `${prefix}conv${index}`, norm: `${prefix}bn${index}` }] : [];
  });
  const gate = ['se.', 'se_module.', ''].find((each) => own.includes(`${prefix}${each}fc1.weight`));
  const [shortcut = null] = ['downsample', 'shortcut', 'convShortcut'].flatMap((each) =>
    readSequence(shapes, own, prefix + each),
  );
  const [stage, index] = prefix.match(/\d+/g)!.map(Number);
  return {
    prefix,
    stage,
    index: index + 1,
    layers,
    gate: gate === undefined ? null : [`${prefix}${gate}fc1`, `${prefix}${gate}fc2`],
    shortcut,
  };
}

/** The convolutions of an `nn.Sequential`, or the one of this name, with the normalisations that follow them. */
function readSequence(shapes: Shapes, names: readonly string[], sequence: string): ResnetLayer[] {
  const weights = names.filter(
    (name) => name.replace(/(\.\d+)?\.weight$/, '') === sequence && shapes[name].length === 4,
  );
  return weights.map((weight) => {
    const conv = weight.replace(/\.weight$/, '');
    const next = conv.replace(/\.(\d+)$/, (_, position) => `.${Number(position) + 1}`);
    return { conv, norm: Object.hasOwn(shapes, `${next}.running_mean`) ? next : null };
  });
}

/** True if the batch normalisation has the size of the convolution's inputs, and not of its outputs. */
function isBefore(shapes: Shapes, layer: ResnetLayer): boolean {
  const inputs = shapes[`${layer.conv}.weight`][1];
  return shapes[`${layer.norm}.running_mean`]?.[0] === inputs && !isAfter(shapes, layer);
}

/** True if the batch normalisation has the size of the convolution's outputs. */
function isAfter(shapes: Shapes, { conv, norm }: ResnetLayer): boolean {
  const [outputs] = shapes[`${conv}.weight`] ?? [];
  return shapes[`${norm}.running_mean`]?.[0] === outputs;
}
