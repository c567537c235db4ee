import { type PermutationSpec, permutationSpec, resnetSpec, vggSpec } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { normProducers } from '../../../src/repair/estimate/normProducers';
import { resolveShapes } from '../../../src/symmetry/resolveShapes';
import { torchvisionShapes } from '../../support/architectures/torchvisionFixtures';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** The kernels of each normalisation by its layer; null where they are not found. */
function kernelsOf(spec: PermutationSpec, shapes: Shapes): Record<string, string[] | null> {
  const found = normProducers(resolveShapes(spec, shapes), shapes);
  return Object.fromEntries(
    found.map(({ layer, producers }) => [layer, producers?.map(({ param }) => param) ?? null]),
  );
}

/** The patterns of the moving statistics of a normalisation in PyTorch's naming. */
const statistics = (layer: string, units: string) => ({
  [`${layer}.running_mean`]: units,
  [`${layer}.running_var`]: units,
});

/** Shapes for patterns whose axes are groups of 4 units, sums of them, or numbers. */
function shapesOf(spec: PermutationSpec, patterns: Readonly<Record<string, string>>): Shapes {
  expect(Object.keys(spec.params)).toEqual(Object.keys(patterns));
  return Object.fromEntries(
    Object.entries(patterns).map(([name, pattern]) => [
      name,
      (pattern.match(/\([^)]*\)|\S+/g) ?? []).map((item) => {
        if (/^\d+$/.test(item)) return Number(item);
        return 4 * item.split('+').length;
      }),
    ]),
  );
}

function kernelsOfPatterns(patterns: Readonly<Record<string, string>>) {
  const spec = permutationSpec(patterns);
  return kernelsOf(spec, shapesOf(spec, patterns));
}

describe('the kernel of a normalisation', () => {
  const torchvision = torchvisionShapes();
  it.each([
    ['resnet18', resnetSpec([2, 2, 2, 2], { layout: 'pytorch' })],
    ['resnet50', resnetSpec([3, 4, 6, 3], { layout: 'pytorch', block: 'bottleneck' })],
  ])('is the convolution before it in the state dict, %s', (name, spec) => {
    const shapes = torchvision[name];
    const names = Object.keys(shapes);
    const byHand = names
      .filter((each) => each.endsWith('running_mean'))
      .map((mean) => {
        const before = names.slice(0, names.indexOf(mean));
        const kernel = before.findLast((each) => shapes[each].length === 4)!;
        return [mean.replace('.running_mean', ''), [kernel]];
      });
    expect(kernelsOf(spec, shapes)).toEqual(Object.fromEntries(byHand));
  });

  it('is found whatever the order of the spec, if names tell', () => {
    const spec = resnetSpec([2, 2, 2, 2], { layout: 'pytorch' });
    const shapes = torchvision.resnet18;
    const params = Object.fromEntries(
      Object.entries(spec.params).sort(([x], [y]) => (x < y ? -1 : 1)),
    );
    expect(kernelsOf({ ...spec, params }, shapes)).toEqual(kernelsOf(spec, shapes));
  });

  it('is the last axis of a kernel in the layout of tfjs', () => {
    const spec = resnetSpec([1]);
    const shapes = Object.fromEntries(
      Object.entries(spec.params).map(([name, { axes }]) => [
        name,
        axes.map(({ kind }) => (kind === 'fixed' ? 3 : 4)),
      ]),
    );
    expect(kernelsOf(spec, shapes)).toEqual({
      'stem/bn': ['stem/conv/kernel'],
      'stage1/block1/bn1': ['stage1/block1/conv1/kernel'],
      'stage1/block1/bn2': ['stage1/block1/conv2/kernel'],
    });
  });

  it('of a concatenation is one for each segment', () => {
    const patterns = {
      'a.weight': 'a 1 3 3',
      'b.weight': 'b a 3 3',
      ...statistics('bn', '(b + a)'),
    };
    const [norm] = producersOf(patterns);
    expect(norm.producers!.map(({ param, channelOf }) => [param, [...channelOf]])).toEqual([
      ['b.weight', [0, 1, 2, 3]],
      ['a.weight', [4, 5, 6, 7]],
    ]);
  });

  it('is the depthwise convolution, not the one before it', () => {
    const patterns = {
      'block.0.0.weight': 'h 1 1 1',
      ...statistics('block.0.1', 'h'),
      'block.1.0.weight': 'h 1 3 3',
      ...statistics('block.1.1', 'h'),
    };
    const expected = { 'block.0.1': ['block.0.0.weight'], 'block.1.1': ['block.1.0.weight'] };
    expect(kernelsOfPatterns(patterns)).toEqual(expected);
    const tfjs = {
      'expand/kernel': '1 1 2 h',
      'expand/bn/moving_mean': 'h',
      'expand/bn/moving_variance': 'h',
      'deep/depthwise_kernel': '3 3 h 1',
      'deep/bn/moving_mean': 'h',
      'deep/bn/moving_variance': 'h',
    };
    expect(kernelsOfPatterns(tfjs)).toEqual({
      'expand/bn': ['expand/kernel'],
      'deep/bn': ['deep/depthwise_kernel'],
    });
  });

  it('has the channels of a grouped convolution', () => {
    const patterns = {
      'conv.weight': '(g o[g]) i[g] 3 3',
      ...statistics('bn', '(g o[g])'),
      'first.weight': '(g i[g]) 1',
    };
    const spec = permutationSpec(patterns);
    const shapes = {
      'conv.weight': [6, 2, 3, 3],
      'bn.running_mean': [6],
      'bn.running_var': [6],
      'first.weight': [4, 1],
    };
    const [{ producers }] = normProducers(
      resolveShapes(
        {
          ...spec,
          groups: spec.groups.map((group) => (group.name === 'g' ? { ...group, size: 2 } : group)),
        },
        shapes,
      ),
      shapes,
    );
    expect(producers!.map(({ param, axes, channelOf }) => [param, axes, [...channelOf]])).toEqual([
      ['conv.weight', [0, 1], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]],
    ]);
  });

  it('is a transposed convolution if no other kernel has the units as outputs', () => {
    const patterns = {
      'a.weight': 'a 1 3 3',
      'up.weight': 'a b 2 2',
      ...statistics('bn', 'b'),
      'last.weight': '1 b 3 3',
    };
    expect(kernelsOfPatterns(patterns)).toEqual({ bn: ['up.weight'] });
  });

  it('is a dense kernel that an exporter transposed', () => {
    const patterns = {
      'onnx::MatMul_1': '3 h',
      ...statistics('bn', 'h'),
      'onnx::MatMul_2': 'h 5',
    };
    expect(kernelsOfPatterns(patterns)).toEqual({ bn: ['onnx::MatMul_1'] });
  });

  it('of outputs that nothing moves is found by names', () => {
    const patterns = {
      'fc.weight': 'h 3',
      'head.0.weight': '5 h',
      'other.weight': '5 h',
      ...statistics('head.1', '5'),
    };
    expect(kernelsOfPatterns(patterns)).toEqual({ 'head.1': ['head.0.weight'] });
  });

  const stream = { 'y.weight': 'h 3', 'x.weight': 'h h' };
  it('in a stream is the last one before it, unless that is of another normalisation', () => {
    expect(kernelsOfPatterns({ ...stream, ...statistics('q', 'h') })).toEqual({ q: ['x.weight'] });
    const taken = {
      'y.weight': 'h 3',
      'conv1.weight': 'h h',
      ...statistics('bn1', 'h'),
      ...statistics('q', 'h'),
    };
    expect(kernelsOfPatterns(taken)).toEqual({ bn1: ['conv1.weight'], q: null });
  });

  it('in a stream is not found if the order is alphabetical and no name tells', () => {
    const patterns = { 'a.weight': 'h 3', 'b.weight': 'h h', ...statistics('q', 'h') };
    expect(kernelsOfPatterns(patterns)).toEqual({ q: null });
  });

  it('is not found for channels of which some are fixed, or if the spec has no kernel', () => {
    const partly = { 'b.weight': 'h 3', ...statistics('a', '(h + 4)') };
    const spec = permutationSpec(partly);
    const shapes = { 'b.weight': [4, 3], 'a.running_mean': [8], 'a.running_var': [8] };
    expect(kernelsOf(spec, shapes)).toEqual({ a: null });
    expect(kernelsOfPatterns(statistics('a', 'h'))).toEqual({ a: null });
  });
});

function producersOf(patterns: Readonly<Record<string, string>>) {
  const spec = permutationSpec(patterns);
  const shapes = shapesOf(spec, patterns);
  return normProducers(resolveShapes(spec, shapes), shapes);
}

it('vgg11_bn has a kernel for each normalisation', () => {
  const shapes = torchvisionShapes().vgg11_bn;
  const spec = vggSpec(11, { layout: 'pytorch', batchNorm: true });
  for (const [layer, kernels] of Object.entries(kernelsOf(spec, shapes))) {
    const at = Number(layer.replace('features.', ''));
    expect(kernels).toEqual([`features.${at - 1}.weight`]);
  }
});
