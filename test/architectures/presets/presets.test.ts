import { InvalidInputError, mlpSpec, permutationSpec, resnetSpec, vggSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { formatPattern } from '../../../src/symmetry/formatPattern';
import { withoutArrows } from '../../support/withoutArrows';

const patternOf = (spec: ReturnType<typeof mlpSpec>, name: string) =>
  withoutArrows(formatPattern(spec.params[name]));

/** The names of a preset without the biases of convolutions, which batch norm makes needless. */
const withoutConvolutionBiases = (spec: ReturnType<typeof mlpSpec>) =>
  Object.keys(spec.params).filter((name) => !/(conv\d|downsample\.0)\.bias$/.test(name));

describe('mlpSpec', () => {
  it('makes every hidden layer a group, in both layouts', () => {
    expect(mlpSpec(3)).toEqual(
      permutationSpec({
        'dense1/kernel': '_ h1>',
        'dense1/bias': '? h1>',
        'dense2/kernel': '>h1 h2>',
        'dense2/bias': '? h2>',
        'dense3/kernel': '>h2 _',
        'dense3/bias': '? _',
      }),
    );
    expect(mlpSpec(['0', '2'], { layout: 'pytorch' })).toEqual(
      permutationSpec({
        '0.weight': 'h1> _',
        '0.bias': '? h1>',
        '2.weight': '_ >h1',
        '2.bias': '? _',
      }),
    );
  });

  it('of one layer has no group', () => {
    expect(mlpSpec(1).groups).toEqual([]);
  });
});

describe("vggSpec has torchvision's names", () => {
  const convolutions = (spec: ReturnType<typeof vggSpec>) =>
    Object.keys(spec.params)
      .filter((name) => /^features\.\d+\.weight$/.test(name) && spec.params[name].axes.length === 4)
      .map((name) => Number(name.split('.')[1]));

  it('vgg16', () => {
    const spec = vggSpec(16, { layout: 'pytorch' });
    expect(convolutions(spec)).toEqual([0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]);
    expect(Object.keys(spec.params)).toHaveLength(32);
    expect(patternOf(spec, 'classifier.0.weight')).toBe('dense1 (conv5.3 _)');
    expect(patternOf(spec, 'classifier.6.weight')).toBe('_ dense2');
    expect(spec.groups).toHaveLength(15);
  });

  it('vgg16_bn', () => {
    const spec = vggSpec(16, { layout: 'pytorch', batchNorm: true });
    expect(convolutions(spec)).toEqual([0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]);
    expect(patternOf(spec, 'features.41.running_mean')).toBe('conv5.3');
    expect(spec.groups).toHaveLength(15);
  });

  it('and keras names in tfjs layout', () => {
    const spec = vggSpec(19);
    expect(patternOf(spec, 'block5_conv4/kernel')).toBe('_ _ conv5.3 conv5.4');
    expect(patternOf(spec, 'fc1/kernel')).toBe('(_ conv5.4) dense1');
    expect(patternOf(spec, 'predictions/bias')).toBe('? _');
  });
});

describe("resnetSpec has torchvision's names", () => {
  it('resnet18: 62 parameters and 20 batch norms of 3 buffers', () => {
    const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
    const names = withoutConvolutionBiases(spec);
    expect(names).toHaveLength(62 + 60);
    expect(names.slice(0, 9)).toEqual([
      'conv1.weight',
      'bn1.weight',
      'bn1.bias',
      'bn1.running_mean',
      'bn1.running_var',
      'bn1.num_batches_tracked',
      'layer1.0.conv1.weight',
      'layer1.0.bn1.weight',
      'layer1.0.bn1.bias',
    ]);
    expect(names).toContain('layer2.0.downsample.0.weight');
    expect(names).not.toContain('layer1.0.downsample.0.weight');
    // The stem and stage 1 share a stream; stages 2 … 4 have one each; 8 blocks have one inner group.
    expect(spec.groups).toHaveLength(4 + 8);
    expect(patternOf(spec, 'layer1.1.conv2.weight')).toBe('stem stage1.block2.conv1 _ _');
    expect(patternOf(spec, 'layer2.0.downsample.0.weight')).toBe('stage2 stem _ _');
    expect(patternOf(spec, 'fc.weight')).toBe('_ stage4');
  });

  it('resnet50: 161 parameters and 53 batch norms of 3 buffers', () => {
    const spec = resnetSpec([3, 4, 6, 3], { layout: 'pytorch', block: 'bottleneck' });
    expect(withoutConvolutionBiases(spec)).toHaveLength(161 + 159);
    // The stem, four streams, and two inner groups in each of 16 blocks.
    expect(spec.groups).toHaveLength(1 + 4 + 32);
    expect(patternOf(spec, 'layer1.0.downsample.0.weight')).toBe('stage1 stem _ _');
  });

  it('projections can be told', () => {
    const spec = resnetSpec([1, 1], { projections: [true, false] });
    expect(Object.keys(spec.params)).toContain('stage1/block1/shortcut/conv/kernel');
    expect(Object.keys(spec.params)).not.toContain('stage2/block1/shortcut/conv/kernel');
  });
});

describe('bad input', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['no layer', () => mlpSpec(0), /mlpSpec: layers must be an integer in 1 … 10000, received 0/],
    ['no name', () => mlpSpec([]), /mlpSpec: layers must be distinct names, at least one/],
    ['a name twice', () => mlpSpec(['a', 'a']), /received \[a,a\]/],
    [
      'an unknown layout',
      () => mlpSpec(2, { layout: 'jax' as 'tfjs' }),
      /layout must be 'tfjs' or 'pytorch', received jax/,
    ],
    ['an unknown depth', () => vggSpec(12 as 11), /there is no VGG of depth 12/],
    [
      'an empty stage',
      () => vggSpec([1, 0]),
      /the convolutions of each stage must be integers ≥ 1, received \[1,0\]/,
    ],
    [
      'no stage',
      () => resnetSpec([]),
      /the blocks of each stage must be integers ≥ 1, received \[\]/,
    ],
    [
      'an unknown block',
      () => resnetSpec([1], { block: 'wide' as 'basic' }),
      /block must be 'basic' or 'bottleneck', received wide/,
    ],
    [
      'too few projections',
      () => resnetSpec([1, 1], { projections: [true] }),
      /there are 2 stages and 1 projections/,
    ],
    [
      'a dense layer with the name of another one',
      () => vggSpec([1], { classifier: ['a', 'a'] }),
      /vggSpec: two layers have the parameter 'a\/kernel'/,
    ],
    [
      'a dense layer with the name of a convolution',
      () => vggSpec([1], { layout: 'pytorch', classifier: ['features.0'] }),
      /two layers have the parameter 'features\.0\.weight'/,
    ],
    [
      'blocks with one name',
      () => resnetSpec([2], { names: { block: () => 'block/' } }),
      /resnetSpec: two layers have the parameter 'block\/conv1\/kernel'/,
    ],
    [
      'a convolution with the name of its normalisation',
      () => resnetSpec([1], { layout: 'pytorch', names: { stem: { conv: 'a', norm: 'a' } } }),
      /two layers have the parameter 'a\.weight'/,
    ],
  ])('refuses %s', (_, work, message) => {
    expect(work).toThrow(InvalidInputError);
    expect(work).toThrow(message);
  });
});
