import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import {
  expectNode,
  expectNodeOnImage,
  type NodeInput,
  type NodeSettings,
  stored,
} from '../../support/onnx/expectNode';
import { floats, given } from '../../support/onnx/feeds';
import { operatorBackends } from '../../support/onnx/operatorBackends';

const wide = given([-100, -8, -2.5, -1, -0.3, 0, 0.2, 0.7, 1, 3, 9, 100], [3, 4]);
const alpha = { attributes: { alpha: { float: 0.7 } } };

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([
    ...'Relu Sigmoid Tanh Softplus Softsign Selu'
      .split(' ')
      .map((op): [string, NodeSettings] => [op, {}]),
    ...'LeakyRelu Elu Celu HardSigmoid ThresholdedRelu'
      .split(' ')
      .flatMap((op): [string, NodeSettings][] => [
        [op, {}],
        [op, alpha],
      ]),
    ['Selu', { attributes: { alpha: { float: 0.7 }, gamma: { float: 2 } } }],
    ['HardSigmoid', { attributes: { beta: { float: 0.1 } } }],
    ['HardSwish', {}],
    ['Mish', { opset: 18 }],
    ['Gelu', { opset: 20 }],
    ['Gelu', { opset: 20, attributes: { approximate: 'tanh' } }],
    ['Shrink', {}],
    ['Shrink', { attributes: { lambd: { float: 0.25 }, bias: { float: 0.1 } } }],
  ] as [string, NodeSettings][])('%s %j', async (op, settings) => {
    await expectNode(op, [wide], { tolerance: 1e-6, ...settings });
    await expectNodeOnImage(op, [], settings);
  });

  it.each([1, 0.5])('Swish with alpha %d is x·σ(αx)', async (slope) => {
    const data = Array.from(wide.data, (x) => x / (1 + Math.exp(-slope * x)));
    await expectNode('Swish', [wide], {
      opset: 24,
      attributes: { alpha: { float: slope } },
      expected: { y0: { shape: wide.shape, data } },
    });
  });

  it('Relu takes integers', async () => {
    const x = given([-2, 0, 3], [3], 'int32');
    await expectNode('Relu', [x], { outputs: ['int32'] });
  });

  it('Gelu refuses other approximations by name', async () => {
    const settings = { opset: 20, attributes: { approximate: 'sigmoid' } };
    const expected = { y0: { shape: [2], data: [] } };
    await expect(expectNode('Gelu', [floats([2])], { ...settings, expected })).rejects.toThrow(
      "Gelu (opset 20) with approximate 'sigmoid' is not supported",
    );
  });

  it.each([[[3, 1, 1]], [[1]], [[]], [[4, 1]], [[5]], [[3, 4, 5]], [[1, 3, 1, 1]]])(
    'PRelu with slopes %j',
    async (shape) => {
      await expectNode('PRelu', [floats([2, 3, 4, 5]), stored(floats(shape, 2))]);
      await expectNodeOnImage('PRelu', [stored(floats(shape, 2))]);
    },
  );

  it.each(['Softmax', 'LogSoftmax', 'Hardmax'])('%s along each axis', async (op) => {
    for (const axis of [0, 1, -1]) {
      await expectNode(op, [floats([2, 3, 4])], { attributes: { axis } });
      await expectNode(op, [floats([2, 3, 4])], { attributes: { axis }, opset: 11 });
    }
    await expectNodeOnImage(op, [], { attributes: { axis: 1 } });
    await expectNodeOnImage(op, [], { attributes: { axis: 2 } });
    await expectNodeOnImage(op, [], { opset: 11 });
  });

  it.each(['Softmax', 'LogSoftmax', 'Hardmax'])('%s without an axis', async (op) => {
    const x = floats([2, 3, 4]);
    await expectNode(op, [x]);
    await expectNode(op, [x], { opset: 12 });
    await expectNode(op, [floats([2, 3, 1, 1])], { opset: 9 });
    await expectNode(op, [floats([5])]);
  });

  it('Softmax leaves out what is masked by −∞', async () => {
    const least = Number.NEGATIVE_INFINITY;
    await expectNode('Softmax', [given([1, least, 2, least, least, 3], [2, 3])]);
  });

  it('Hardmax marks the first of equal values', async () => {
    await expectNode('Hardmax', [given([1, 3, 3, 2, 2, 1], [2, 3])]);
  });

  it.each([
    ['7', { opset: 7 }, []],
    ['12', { opset: 12 }, [stored(given([0.3], []))]],
    ['13 in words', { opset: 13 }, [null, stored(given([0], [], 'bool'))]],
  ] as [string, NodeSettings, NodeInput[]][])(
    'Dropout of opset %s',
    async (_, settings, others) => {
      await expectNode('Dropout', [floats([3, 4]), ...others], settings);
      await expectNodeOnImage('Dropout', others, settings);
    },
  );

  it('Dropout has a mask', async () => {
    await expectNode('Dropout', [floats([3])], { outputs: ['float', 'bool'] });
    await expectNodeOnImage('Dropout', [], { outputs: ['float', 'bool'] });
  });

  it('Dropout refuses training by name', async () => {
    const isTraining = stored(given([1], [], 'bool'));
    const training = expectNode('Dropout', [floats([3]), null, isTraining], {
      expected: { y0: { shape: [3], data: [] } },
    });
    await expect(training).rejects.toThrow('Dropout (opset 17) with training_mode');
  });
});
