import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import { expectLikeReference } from '../../../support/onnx/expectLikeReference';
import { floats } from '../../../support/onnx/feeds';
import type { AttributeGiven, GraphGiven, TensorGiven } from '../../../support/onnx/modelBytes';
import { operatorBackends } from '../../../support/onnx/operatorBackends';

type Attributes = Readonly<Record<string, AttributeGiven>>;
type Norm = readonly [
  op: string,
  shape: readonly number[],
  weights: Readonly<Record<string, TensorGiven>>,
  attributes: Attributes,
  opset: number,
];

const shapes = [
  [2, 4],
  [2, 4, 5],
  [2, 4, 3, 5],
  [2, 4, 3, 2, 3],
];
const scaleAndBias = (...shape: number[]) => ({ s: floats(shape, 2), b: floats(shape, 3) });
const epsilon = { epsilon: { float: 0.1 } };
const batchWeights = {
  ...scaleAndBias(4),
  m: floats([4], 4),
  v: { shape: [4], data: [0.5, 1, 2, 0.25] },
};
const norms: readonly Norm[] = [
  ...shapes.flatMap((shape): Norm[] => [
    ['BatchNormalization', shape, batchWeights, {}, 15],
    ['BatchNormalization', shape, batchWeights, epsilon, 9],
  ]),
  ['BatchNormalization', [2, 4, 3, 5], batchWeights, epsilon, 14],
  ['BatchNormalization', [2, 4, 3, 5], batchWeights, { spatial: 1 }, 7],
  ...shapes.slice(1).flatMap((shape): Norm[] => [
    ['InstanceNormalization', shape, scaleAndBias(4), {}, 17],
    ['InstanceNormalization', shape, scaleAndBias(4), epsilon, 6],
    ['GroupNormalization', shape, scaleAndBias(2), { num_groups: 2 }, 18],
    ['GroupNormalization', shape, scaleAndBias(4), { num_groups: 2, ...epsilon }, 21],
  ]),
  ['LayerNormalization', [2, 3, 4], scaleAndBias(4), {}, 17],
  ['LayerNormalization', [2, 3, 4], { s: floats([4], 2) }, epsilon, 17],
  ['LayerNormalization', [2, 3, 4, 5], scaleAndBias(4, 5), { axis: 2 }, 17],
  ['LayerNormalization', [2, 3, 4, 5], scaleAndBias(3, 4, 5), { axis: -3 }, 17],
  ['LayerNormalization', [2, 3], scaleAndBias(2, 3), { axis: 0 }, 17],
  ['RMSNormalization', [2, 3, 4], { s: floats([4], 2) }, {}, 23],
  ['RMSNormalization', [2, 3, 4], { s: floats([3, 4], 2) }, { axis: 1, ...epsilon }, 23],
  ['LRN', [2, 7, 3, 4], {}, { size: 3 }, 13],
  [
    'LRN',
    [2, 7, 3, 4],
    {},
    { size: 5, alpha: { float: 0.5 }, beta: { float: 0.6 }, bias: { float: 2 } },
    13,
  ],
  ['LRN', [2, 7, 3, 4], {}, { size: 1, alpha: { float: 0.5 } }, 13],
];

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(norms)('%s of %j', async (op, shape, weights, attributes, opset) => {
    await expectLikeReference(
      {
        nodes: [[op, ['x', ...Object.keys(weights)], ['y'], attributes]],
        initializers: weights,
        outputs: ['y'],
      },
      { x: floats(shape) },
      { opset },
    );
  });

  it.each(norms.filter(([, shape]) => shape.length === 4))(
    '%s of %j after a convolution',
    async (op, shape, weights, attributes, opset) => {
      const channels = shape[1];
      const graph: Omit<GraphGiven, 'inputs'> = {
        nodes: [
          ['Conv', ['x', 'w'], ['c']],
          [op, ['c', ...Object.keys(weights)], ['y'], attributes],
        ],
        initializers: { ...weights, w: floats([channels, channels, 1, 1], 5) },
        outputs: ['y'],
      };
      await expectLikeReference(graph, { x: floats(shape) }, { opset });
    },
  );

  it('LRN of an even size reads one channel more behind', async () => {
    const x = floats([1, 5, 1, 2]);
    const at = (channel: number, place: number) => Number(x.data[channel * 2 + place] ?? 0);
    const data = Array.from({ length: 10 }, (_, i) => {
      const [channel, place] = [Math.floor(i / 2), i % 2];
      const sum = [-1, 0, 1, 2]
        .map((k) => channel + k)
        .filter((k) => k >= 0 && k < 5)
        .reduce((total, k) => total + at(k, place) ** 2, 0);
      return at(channel, place) / (1 + (0.5 / 4) * sum) ** 0.75;
    });
    await expectLikeReference(
      {
        nodes: [['LRN', ['x'], ['y'], { size: 4, alpha: { float: 0.5 } }]],
        outputs: ['y'],
      },
      { x },
      { expected: { y: { shape: [1, 5, 1, 2], data } } },
    );
  });

  it('LayerNormalization gives means and inverse deviations', async () => {
    await expectLikeReference(
      {
        nodes: [['LayerNormalization', ['x', 's'], ['y', 'mean', 'inverse'], { axis: 1 }]],
        initializers: { s: floats([3, 4], 2) },
        outputs: ['y', 'mean', 'inverse'],
      },
      { x: floats([2, 3, 4]) },
    );
  });

  it.each([
    [{ training_mode: 1 }, 15, 'statistics of the batch, as in training'],
    [{ spatial: 0 }, 7, 'spatial = 0'],
  ])('BatchNormalization with %j is refused', async (attributes, opset, message) => {
    const norm = expectLikeReference(
      {
        nodes: [['BatchNormalization', ['x', ...Object.keys(batchWeights)], ['y'], attributes]],
        initializers: batchWeights,
        outputs: ['y'],
      },
      { x: floats([2, 4, 3]) },
      { opset, expected: {} },
    );
    await expect(norm).rejects.toThrow(message);
  });
});
