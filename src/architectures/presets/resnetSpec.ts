import { assertChoice, assertObject, assertOptions, shown } from '../../checks';
import { invalid, named } from '../../errors';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import {
  addLayer,
  assertCounts,
  assertLayout,
  batchNormalisation,
  convolution,
  dense,
  type Layout,
  type Patterns,
} from './layout';

/** The names of a convolution and of the batch normalisation after it. */
export interface ConvolutionNames {
  /** The convolution's name. */
  conv: string;
  /** The batch normalisation's name. */
  norm: string;
}

/** The names of the layers of a residual network; stages and blocks count from 0. */
export interface ResnetNames {
  /** The first convolution and its batch normalisation. */
  stem: ConvolutionNames;
  /** The prefix of the names in a block, with the separator; `index` counts blocks over all stages. */
  block: (stage: number, block: number, index: number) => string;
  /** The i-th convolution of a block and its batch normalisation, i from 1. */
  layer: (i: number) => ConvolutionNames;
  /** The convolution of a projection shortcut and its batch normalisation. */
  shortcut: ConvolutionNames;
  /** The dense layer at the end. */
  head: string;
}

/** Options of {@link resnetSpec}. */
export interface ResnetSpecOptions {
  /** The convolutions of a block: `'basic'` 3 × 3, 3 × 3; `'bottleneck'` 1 × 1, 3 × 3, 1 × 1. Default `'basic'`. */
  block?: 'basic' | 'bottleneck';
  /** The naming and the order of axes. Default `'tfjs'`. */
  layout?: Layout;
  /**
   * One value for each stage: true if its first block has a projection shortcut (a 1 × 1 convolution with batch
   * normalisation). All other shortcuts are identities. Default: true for every stage but the first, and for the
   * first too with bottleneck blocks.
   */
  projections?: readonly boolean[];
  /** The names that differ from the defaults. */
  names?: Partial<ResnetNames>;
}

/**
 * The spec of a residual network with batch normalisation: a stem convolution, stages of blocks, a
 * mean over positions and a dense layer. The residual stream is one group from one projection
 * shortcut to the next. Inside each block every convolution but the last has its own group.
 * Biases are optional.
 *
 * The default names are torchvision's in PyTorch layout (`conv1`, `bn1`, `layer1.0.conv1`,
 * `layer2.0.downsample.0`, `fc`); in tfjs layout `stem/conv`, `stem/bn`, `stage1/block1/conv1`,
 * `stage2/block1/shortcut/conv`, `head`.
 *
 * @param stages - The number of blocks of each stage, such as [2, 2, 2, 2] for ResNet-18, at most 10 000 in all.
 * @param options - All have defaults.
 * @throws InvalidInputError when a count is not an integer ≥ 1, there are too many blocks, or `projections` has another
 * length.
 * @see He et al. 2016 (arXiv 1512.03385).
 *
 * @example
 * ```ts
 * import { resnetSpec } from 'perm-lmc';
 *
 * resnetSpec([2, 2, 2, 2], { layout: 'pytorch' }); // torchvision's resnet18
 * resnetSpec([3, 4, 6, 3], { layout: 'pytorch', block: 'bottleneck' }); // resnet50
 * resnetSpec([3, 3, 3]); // ResNet-20 for CIFAR, tfjs layout
 * ```
 */
export function resnetSpec(
  stages: readonly number[],
  options: ResnetSpecOptions = {},
): PermutationSpec {
  return named('resnetSpec', () => {
    assertOptions(options, {
      block: true,
      layout: true,
      projections: true,
      names: true,
    });
    const { block = 'basic', layout = 'tfjs', names } = options;
    assertLayout(layout);
    assertChoice('block', block, ['basic', 'bottleneck']);
    assertCounts('stages', 'the blocks of each stage', stages);
    const { projections = stages.map((_, stage) => stage > 0 || block === 'bottleneck') } = options;
    assertProjections(stages, projections);
    if (names !== undefined)
      assertObject('names', names, 'Pass the names that differ from the default');
    const { stem, block: prefixOf, layer, shortcut, head } = { ...defaultNames[layout], ...names };
    const patterns: Patterns = {};
    const add = (prefix: string, { conv, norm }: ConvolutionNames, from: string, to: string) => {
      addLayer(patterns, convolution(layout, prefix + conv, from, to));
      addLayer(patterns, batchNormalisation(layout, prefix + norm, to));
    };

    let stream = 'stem';
    let index = 0;
    add('', stem, '_', stream);
    stages.forEach((count, stage) => {
      for (let i = 0; i < count; i++) {
        const prefix = prefixOf(stage, i, index++);
        const projected = i === 0 && projections[stage];
        const output = projected ? `stage${stage + 1}` : stream;
        const inner = Array.from(
          { length: block === 'basic' ? 1 : 2 },
          (_, k) => `stage${stage + 1}.block${i + 1}.conv${k + 1}`,
        );
        const channels = [stream, ...inner, output];
        for (let k = 1; k < channels.length; k++)
          add(prefix, layer(k), channels[k - 1], channels[k]);
        if (projected) add(prefix, shortcut, stream, output);
        stream = output;
      }
    });
    addLayer(patterns, dense(layout, head, stream, '_'));
    return permutationSpec(patterns);
  });
}

const defaultNames: Record<Layout, ResnetNames> = {
  tfjs: {
    stem: { conv: 'stem/conv', norm: 'stem/bn' },
    block: (stage, block) => `stage${stage + 1}/block${block + 1}/`,
    layer: (i) => ({ conv: `conv${i}`, norm: `bn${i}` }),
    shortcut: { conv: 'shortcut/conv', norm: 'shortcut/bn' },
    head: 'head',
  },
  pytorch: {
    stem: { conv: 'conv1', norm: 'bn1' },
    block: (stage, block) => `layer${stage + 1}.${block}.`,
    layer: (i) => ({ conv: `conv${i}`, norm: `bn${i}` }),
    shortcut: { conv: 'downsample.0', norm: 'downsample.1' },
    head: 'fc',
  },
};

function assertProjections(stages: readonly number[], projections: readonly boolean[]): void {
  const isList = Array.isArray(projections);
  const booleans = isList && projections.every((each) => typeof each === 'boolean');
  if (booleans && projections.length === stages.length) return;
  throw invalid(
    `there are ${stages.length} stages and ${booleans ? projections.length : isList ? `[${projections.map(shown)}]` : shown(projections)} projections`,
    'Pass one boolean for each stage: true if its first block has a projection shortcut',
    { param: 'projections', received: projections },
  );
}
