import { assertNames, assertOptions } from '../../checks';
import { invalid, named } from '../../errors';
import { type PermutationSpec, permutationSpec } from '../../symmetry';
import {
  addLayer,
  assertCounts,
  assertLayout,
  batchNormalisation,
  convolution,
  dense,
  flattened,
  type Layout,
  type Patterns,
} from './layout';

/** Options of {@link vggSpec}. */
export interface VggSpecOptions {
  /** The naming and the order of axes. Default `'tfjs'`. */
  layout?: Layout;
  /** True if a batch normalisation follows each convolution. Default false. */
  batchNorm?: boolean;
  /**
   * The names of the dense layers after the convolutions, in order. Default `fc1`, `fc2`,
   * `predictions` in tfjs layout and `classifier.0`, `classifier.3`, `classifier.6` in PyTorch.
   */
  classifier?: readonly string[];
}

const stagesOfDepth = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
} as const;

/**
 * The spec of a VGG: stages of convolutions, each followed by pooling, then dense layers on the flattened result
 * or on its mean over positions. Every layer but the last is a group. Biases are optional.
 *
 * In tfjs layout convolutions are named `block1_conv1` …, their batch normalisations `block1_bn1` …. In PyTorch
 * layout both are named `features.0` … by their position in the `nn.Sequential`, which counts ReLU and pooling.
 *
 * @param depth - 11, 13, 16 or 19, or the number of convolutions of each stage, at most 10 000 in all.
 * @param options - All have defaults.
 * @throws InvalidInputError when the depth is another number, a count is not an integer ≥ 1, or there are too many
 * convolutions.
 * @see Simonyan & Zisserman 2015 (arXiv 1409.1556).
 *
 * @example
 * ```ts
 * import { vggSpec } from 'perm-lmc';
 *
 * vggSpec(16, { layout: 'pytorch', batchNorm: true }); // torchvision's vgg16_bn
 * vggSpec([1, 1, 2], { classifier: ['head'] }); // a small VGG with one dense layer
 * ```
 */
export function vggSpec(
  depth: keyof typeof stagesOfDepth | readonly number[],
  options: VggSpecOptions = {},
): PermutationSpec {
  return named('vggSpec', () => {
    assertOptions(options, { layout: true, batchNorm: 'boolean', classifier: true });
    const { layout = 'tfjs', batchNorm = false } = options;
    assertLayout(layout);
    const { classifier = defaultClassifier[layout] } = options;
    assertNames('classifier', classifier, 'Name the dense layers in order');
    const stages = stagesOf(depth);
    assertCounts('depth', 'the convolutions of each stage', stages);
    const patterns: Patterns = {};
    let input = '_';
    for (const { conv, norm, group } of convolutionNames(stages, layout, batchNorm)) {
      addLayer(patterns, convolution(layout, conv, input, group));
      if (batchNorm) addLayer(patterns, batchNormalisation(layout, norm, group));
      input = group;
    }
    classifier.forEach((name, i) => {
      const output = i === classifier.length - 1 ? '_' : `dense${i + 1}`;
      const source = i === 0 ? flattened(layout, input) : input;
      addLayer(patterns, dense(layout, name, source, output));
      input = output;
    });
    return permutationSpec(patterns);
  });
}

const defaultClassifier: Record<Layout, readonly string[]> = {
  tfjs: ['fc1', 'fc2', 'predictions'],
  pytorch: ['classifier.0', 'classifier.3', 'classifier.6'],
};

function stagesOf(depth: keyof typeof stagesOfDepth | readonly number[]): readonly number[] {
  if (typeof depth !== 'number') return depth;
  if (Object.hasOwn(stagesOfDepth, depth)) return stagesOfDepth[depth];
  throw invalid(
    `there is no VGG of depth ${depth}`,
    'Pass 11, 13, 16, 19, or the number of convolutions of each stage, such as [2, 2, 3]',
    { param: 'depth', received: depth },
  );
}

function convolutionNames(stages: readonly number[], layout: Layout, batchNorm: boolean) {
  let position = 0;
  return stages.flatMap((count, stage) => {
    const names = Array.from({ length: count }, (_, i) => {
      const at = position;
      position += batchNorm ? 3 : 2; // convolution, (normalisation,) ReLU
      return {
        group: `conv${stage + 1}.${i + 1}`,
        conv: layout === 'tfjs' ? `block${stage + 1}_conv${i + 1}` : `features.${at}`,
        norm: layout === 'tfjs' ? `block${stage + 1}_bn${i + 1}` : `features.${at + 1}`,
      };
    });
    position += 1; // pooling
    return names;
  });
}
