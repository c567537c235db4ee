import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats, given, integers } from '../../support/onnx/feeds';
import type { AttributeGiven, TensorGiven } from '../../support/onnx/modelBytes';
import { operatorBackends } from '../../support/onnx/operatorBackends';

type Attributes = Record<string, AttributeGiven>;

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const rows = { x: floats([2, 3, 8]), skip: floats([2, 3, 8], 2), scale: floats([8], 3) };
  const [shift, bias] = [floats([8], 4), floats([8], 5)];

  it.each<[string, string[], Record<string, TensorGiven>]>([
    ['SkipLayerNormalization', ['x', 'skip', 'scale'], rows],
    ['SkipLayerNormalization', ['x', 'skip', 'scale', 'shift', 'bias'], { ...rows, shift, bias }],
    ['SkipLayerNormalization', ['x', 'skip', 'scale', '', 'bias'], { ...rows, bias }],
    ['SkipLayerNormalization', ['x', 'skip', 'scale'], { ...rows, skip: floats([1, 3, 8], 2) }],
    ['SkipLayerNormalization', ['x', 'skip', 'scale'], { ...rows, skip: floats([3, 8], 2) }],
    ['SkipSimplifiedLayerNormalization', ['x', 'skip', 'scale'], rows],
    ['SkipSimplifiedLayerNormalization', ['x', 'skip', 'scale', 'bias'], { ...rows, bias }],
  ])('%s of %j', async (op, inputs, feeds) => {
    await expectLikeReference(
      {
        nodes: [
          [`com.microsoft.${op}`, inputs, ['y', '', '', 'sum'], { epsilon: { float: 0.01 } }],
        ],
        outputs: ['y', 'sum'],
      },
      feeds,
    );
  });

  it('SimplifiedLayerNormalization divides by the root of the mean square', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['SimplifiedLayerNormalization', ['x', 'scale'], ['y'], { epsilon: { float: 0.01 } }],
        ],
        outputs: ['y'],
      },
      { x: rows.x, scale: rows.scale },
    );
  });

  const bert = {
    ids: integers([2, 3], 7, 'int32'),
    segments: integers([2, 3], 2, 'int32', 2),
    words: floats([7, 8]),
    positions: floats([5, 8], 2),
    kinds: floats([2, 8], 3),
    scale: floats([8], 4),
    shift: floats([8], 5),
    mask: given([1, 1, 0, 1, 1, 1], [2, 3], 'int32'),
    places: integers([2, 3], 5, 'int32', 3),
  };
  const names = ['ids', 'segments', 'words', 'positions', 'kinds', 'scale', 'shift', 'mask'];
  const omitting = (...omitted: string[]) =>
    names.map((name) => (omitted.includes(name) ? '' : name));

  it.each([
    ['all inputs', omitting()],
    ['no mask', omitting('mask')],
    ['no segments', omitting('segments', 'kinds')],
    ['positions', [...omitting(), 'places']],
  ])('EmbedLayerNormalization with %s', async (_, inputs) => {
    await expectLikeReference(
      {
        nodes: [['com.microsoft.EmbedLayerNormalization', inputs, ['y', 'lengths', 'sum']]],
        outputs: ['y', 'lengths', 'sum'],
        outputTypes: { lengths: 'int32' },
      },
      Object.fromEntries(Object.entries(bert).filter(([name]) => inputs.includes(name))),
    );
  });

  it.each<[string, string[], Attributes]>([
    ['Gelu', ['x'], {}],
    ['QuickGelu', ['x'], {}],
    ['QuickGelu', ['x'], { alpha: { float: 0.5 } }],
    ['FastGelu', ['x'], {}],
    ['FastGelu', ['x', 'bias'], {}],
    ['BiasGelu', ['x', 'bias'], {}],
  ])('%s of %j with %j', async (op, inputs, attributes) => {
    const x = {
      ...floats([2, 3, 8]),
      data: Array.from(floats([2, 3, 8]).data, (each) => 4 * each),
    };
    await expectLikeReference(
      { nodes: [[`com.microsoft.${op}`, inputs, ['y'], attributes]], outputs: ['y'] },
      inputs.length > 1 ? { x, bias } : { x },
    );
  });

  it('BiasSplitGelu gates the first half by the second', async () => {
    await expectLikeReference(
      { nodes: [['com.microsoft.BiasSplitGelu', ['x', 'b'], ['y']]], outputs: ['y'] },
      { x: given([1, 1, 0, 2], [1, 1, 4]), b: given([1, 2, 1, -2]) },
      // (1 + 1) · gelu(0 + 1) and (1 + 2) · gelu(2 − 2), with gelu(1) = 0.841345.
      { expected: { y: { shape: [1, 1, 2], data: [1.68269, 0] } } },
    );
  });

  it('BiasAdd adds a bias and a skip connection', async () => {
    await expectLikeReference(
      { nodes: [['com.microsoft.BiasAdd', ['x', 'b', 's'], ['y']]], outputs: ['y'] },
      { x: given([1, 2, 3, 4], [1, 2, 2]), b: given([10, 20]), s: given([1, 1, 2, 2], [1, 2, 2]) },
      { expected: { y: { shape: [1, 2, 2], data: [12, 23, 15, 26] } } },
    );
  });

  it.each<[Attributes, string[]]>([
    [{ activation: 'Relu' }, ['x', 'w', 'b']],
    [{ activation: 'Relu' }, ['x', 'w', 'b', 'z']],
    [{ activation: 'LeakyRelu', activation_params: { floats: [0.3] } }, ['x', 'w']],
    [{ activation: 'Clip', activation_params: { floats: [-0.1, 0.4] } }, ['x', 'w', 'b']],
    [{ activation: 'HardSigmoid', activation_params: { floats: [0.3, 0.4] } }, ['x', 'w', 'b']],
    [{ activation: 'Tanh' }, ['x', 'w', 'b']],
    [{ activation: 'Sigmoid' }, ['x', 'w', 'b']],
  ])('FusedConv with %j of %j', async (attributes, inputs) => {
    const feeds: Record<string, TensorGiven> = {
      x: floats([2, 3, 5, 5]),
      w: floats([4, 3, 3, 3], 2),
      b: floats([4], 3),
      z: floats([2, 4, 3, 3], 4),
    };
    await expectLikeReference(
      { nodes: [['com.microsoft.FusedConv', inputs, ['y'], attributes]], outputs: ['y'] },
      Object.fromEntries(inputs.map((name) => [name, feeds[name]])),
    );
  });

  it('operators of quantised models are refused by name', async () => {
    await expect(
      expectLikeReference(
        { nodes: [['com.microsoft.MatMulNBits', ['x'], ['y']]], outputs: ['y'] },
        { x: floats([2, 3]) },
        { expected: {} },
      ),
    ).rejects.toThrow(
      'operator com.microsoft.MatMulNBits of opset 1 is not supported. Export the float model',
    );
  });
});
