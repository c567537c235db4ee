import { onnxParams } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import {
  expectNode,
  expectNodeOnHost,
  expectNodeOnImage,
  type NodeInput,
  type NodeSettings,
  stored,
} from '../../support/onnx/expectNode';
import { floats, given, int64s } from '../../support/onnx/feeds';
import { modelBytes, type TensorGiven } from '../../support/onnx/modelBytes';
import { operatorBackends } from '../../support/onnx/operatorBackends';

const number = (value: number) => given([value], []);
const int32s = (...data: number[]) => given(data, [data.length], 'int32');
const bools = (...data: number[]) => given(data, [data.length], 'bool');
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Mean'])(
    '%s broadcasts',
    async (op) => {
      await expectNode(op, [floats([2, 1, 4]), floats([3, 1], 2)]);
    },
  );

  it('Add, Where and Shrink take five axes', async () => {
    const x = floats([2, 3, 1, 2, 4]);
    await expectNode('Add', [x, floats([4], 2)]);
    await expectNode('Where', [bools(1, 0, 0, 1), x, floats([3, 1, 1, 1], 2)]);
    await expectNode('Shrink', [x]);
  });

  it.each(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'])('%s takes integers', async (op) => {
    const x = int32s(-7, -3, -1, 0, 2, 5, 7, 100);
    await expectNode(op, [x, int32s(2, -2, 3, 4, -5, 3, -7, 7)], { outputs: ['int32'] });
  });

  it.each(['Max', 'Min', 'Sum', 'Mean'])('%s takes one input and three', async (op) => {
    await expectNode(op, [floats([3])]);
    await expectNode(op, [floats([2, 3]), floats([3], 2), floats([2, 1], 3)]);
  });

  it.each([
    ['integers', int32s(-4, 7, 5, 4, -7, 8), int32s(2, -3, 8, -2, 3, 5), 0],
    ['integers, fmod', int32s(-4, 7, 5, 4, -7, 8), int32s(2, -3, 8, -2, 3, 5), 1],
    ['floats, fmod', given([-4.3, 7.2, 5, 4.3, -7.2, 8]), given([2.1, -3.4, 8, -2.1, 3.4, 5]), 1],
  ])('Mod of %s', async (_, x, y, fmod) => {
    await expectNode('Mod', [x, y], { attributes: { fmod }, outputs: [x.type ?? 'float'] });
  });

  it.each([
    ['floats', given([1, 2, 3.5]), given([4, 0.5, -2])],
    ['negative bases', given([-2, -3]), given([3, 2])],
    ['a square', floats([2, 3]), stored(number(2))],
    ['a cube', floats([2, 3]), stored(given([3]))],
    ['a root', given([4, 2.25]), stored(number(0.5))],
    ['an exponent of more axes', floats([3]), stored(given([2], [1, 1]))],
    ['the square of an integer', int32s(2, -3), stored(number(2))],
    ['integers of an integer', int32s(2, -3, 5), int64s(3, 2, 0)],
    ['floats of an integer', given([1.5, -2]), int32s(2, 3)],
    ['integers of a float', int32s(4, 3), given([0.5, 2])],
  ] as [string, TensorGiven, NodeInput][])('Pow of %s', async (_, x, y) => {
    await expectNode('Pow', [x, y], { outputs: [x.type ?? 'float'] });
  });

  it('Pow has no weights', () => {
    const model = modelBytes({
      nodes: [['Pow', ['x', 'two'], ['y']]],
      inputs: { x: { shape: [2] } },
      initializers: { two: given([2, 3]) },
      outputs: ['y'],
    });
    expect(onnxParams(model)).toEqual({});
  });

  it.each([
    ['Neg Abs Sign Floor Ceil Round Exp Erf Sin Cos Tan Atan Sinh Cosh Asinh', 3],
    ['Reciprocal Asin Acos Atanh', 0.9],
  ])('%s', async (ops, scale) => {
    const x = { shape: [4, 5], data: Array.from(floats([4, 5]).data, (each) => each * scale) };
    for (const op of ops.split(' ')) await expectNode(op, [x]);
  });

  it.each(['Sin', 'Cos'])('%s of large angles', async (op) => {
    const data = [-5000, -100, -Math.PI, -1.5, 0, 1.5, 2, 3, 4, 5, 6, 7, 31.5, 1000, 4096];
    await expectNode(op, [given(data)], { tolerance: 1e-5 });
  });

  it.each(['Sqrt', 'Log', 'Acosh'])('%s', async (op) => {
    await expectNode(op, [given([1, 1.5, 2, 100])]);
  });

  it('Round takes the even one of two at the same distance', async () => {
    await expectNode('Round', [given([0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1.4, -1.6])]);
  });

  it.each(['Neg', 'Abs', 'Sign'])('%s takes integers', async (op) => {
    await expectNode(op, [int32s(-3, 0, 4)], { outputs: ['int32'] });
  });

  it.each([
    ['IsNaN', {}],
    ['IsInf', {}],
    ['IsInf', { detect_negative: 0 }],
    ['IsInf', { detect_positive: 0 }],
    ['IsInf', { detect_negative: 0, detect_positive: 0 }],
  ])('%s %j', async (op, attributes) => {
    const x = given([1, nan, infinity, -infinity, 0]);
    await expectNode(op, [x], { attributes, outputs: ['bool'] });
  });

  it.each([
    ['both bounds', [stored(number(-0.3)), stored(number(0.4))], {}],
    ['a lower bound', [stored(number(-0.3))], {}],
    ['zero below', [stored(number(0))], {}],
    ['an upper bound', [null, stored(number(0.4))], {}],
    ['no bounds', [], {}],
    ['bounds that are computed', [number(-0.3), number(0.4)], {}],
    ['attributes', [], { opset: 7, attributes: { min: { float: -0.3 }, max: { float: 0.4 } } }],
    ['one attribute', [], { opset: 10, attributes: { max: { float: 0.4 } } }],
  ] as [string, NodeInput[], NodeSettings][])('Clip with %s', async (_, bounds, settings) => {
    await expectNode('Clip', [floats([3, 4]), ...bounds], settings);
    await expectNodeOnImage('Clip', bounds, settings);
  });

  it('Clip takes integers, and the upper bound where bounds cross', async () => {
    const least = stored(given([-2], [], 'int32'));
    const x = int32s(-5, 0, 3, 9);
    await expectNode('Clip', [x, least, stored(given([4], [], 'int32'))], { outputs: ['int32'] });
    await expectNode('Clip', [floats([4]), stored(number(2)), stored(number(1))], {
      expected: { y0: { shape: [4], data: [1, 1, 1, 1] } },
    });
  });

  it.each([
    ['Equal', int32s(1, 2, 3), int32s(3, 2, 1)],
    ['Equal', bools(1, 0, 1), bools(0, 0, 1)],
    ...['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual'].flatMap(
      (op): [string, TensorGiven, TensorGiven][] => [
        [op, given([1, 2, 3, nan]), given([3, 2, 1, 1])],
        [op, given([1, 2], [2, 1]), given([1, 2])],
      ],
    ),
    ...['And', 'Or', 'Xor'].map((op): [string, TensorGiven, TensorGiven] => [
      op,
      bools(1, 1, 0, 0),
      bools(1, 0, 1, 0),
    ]),
  ] as [string, TensorGiven, TensorGiven][])('%s of %j and %j', async (op, x, y) => {
    await expectNode(op, [x, y], { outputs: ['bool'] });
    await expectNodeOnHost(op, [x, y]);
  });

  it('Not', async () => {
    await expectNode('Not', [bools(1, 0)], { outputs: ['bool'] });
    await expectNodeOnHost('Not', [bools(1, 0)]);
  });

  it.each([
    ['floats', given([1, 0], [2, 1], 'bool'), floats([3]), number(-infinity)],
    ['integers', bools(1, 0, 1), int64s(1, 2, 3), int64s(4, 5, 6)],
  ])('Where chooses %s', async (_, condition, x, y) => {
    await expectNode('Where', [condition, x, y], { outputs: [x.type ?? 'float'] });
    await expectNodeOnHost('Where', [condition, x, y]);
  });

  it('Where chooses booleans', async () => {
    await expectNode('Where', [bools(1, 0, 1, 0), bools(1, 1, 0, 0), bools(0, 0, 1, 1)], {
      outputs: ['bool'],
      expected: { y0: { shape: [4], data: [1, 0, 0, 1] } },
    });
  });

  it.each([
    ['float to int32', given([-1.7, 0.5, 2.9]), 6, 'int32'],
    ['int32 to float', int32s(-1, 0, 2), 1, 'float'],
    ['float to bool', given([-1.7, 0, 0.5, 2]), 9, 'bool'],
    ['int32 to bool', int32s(-1, 0, 256), 9, 'bool'],
    ['bool to float', bools(1, 0), 1, 'float'],
    ['bool to int64', bools(1, 0), 7, 'int64'],
    ['int32 to uint8', int32s(-1, 0, 300), 2, 'uint8'],
    ['int32 to int8', int32s(-1, 200, 300, -129), 3, 'int8'],
  ] as const)('Cast %s', async (_, x, to, type) => {
    await expectNode('Cast', [x], { attributes: { to }, outputs: [type] });
    await expectNodeOnHost('Cast', [x], { attributes: { to } });
  });

  it('CastLike takes the type of the other input', async () => {
    await expectNode('CastLike', [given([-1.7, 2.9]), int32s(1)], { outputs: ['int32'] });
    await expectNode('CastLike', [given([1.5, 0]), bools(1)], { outputs: ['bool'] });
  });

  it('Cast refuses text by name', async () => {
    const cast = expectNode('Cast', [floats([2])], {
      attributes: { to: 8 },
      expected: { y0: { shape: [2], data: [] } },
    });
    await expect(cast).rejects.toThrow('Cast (opset 17) with the type string is not supported');
  });

  it.each(['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'])('%s', async (op) => {
    // WebGPU computes integers as floats.
    const most = backend === 'webgpu' ? 2 ** 24 - 1 : 2 ** 31 - 1;
    const [x, y] = [int32s(12, -7, most, -most - 1, 5), int32s(10, 255, -2, -1, (most + 1) / 2)];
    await expectNode(op, [x, y], { opset: 18, outputs: ['int32'] });
    await expectNodeOnHost(op, [x, y]);
  });

  it('BitwiseNot', async () => {
    await expectNode('BitwiseNot', [int32s(0, 5, -9)], { opset: 18, outputs: ['int32'] });
  });

  it.each(['LEFT', 'RIGHT'])('BitShift %s', async (direction) => {
    const [x, places] = [int32s(16, 4, 1, 1025), int32s(1, 2, 3, 10)];
    const shifted = [0, 1, 2, 3].map((i) =>
      direction === 'LEFT' ? x.data[i] << places.data[i] : x.data[i] >> places.data[i],
    );
    await expectNode('BitShift', [x, places], {
      attributes: { direction },
      expected: { y0: { shape: [4], data: shifted } },
    });
    await expectNodeOnHost('BitShift', [x, places], { attributes: { direction } });
  });

  it.each([[[3, 1, 1]], [[4, 5]], [[2, 1, 4, 1]], [[]]])('%j aligns with images', async (shape) => {
    for (const op of ['Sub', 'Max']) await expectNodeOnImage(op, [floats(shape, 2)]);
    await expectNodeOnImage('Greater', [floats(shape, 2)], { outputs: ['bool'] });
    await expectLikeReference(
      {
        nodes: [
          ['Conv', ['x', 'w'], ['image']],
          ['Less', ['image', 'y'], ['isLess']],
          ['Where', ['isLess', 'y', 'image'], ['z']],
        ],
        initializers: { w: floats([3, 2, 2, 2], 7) },
        outputs: ['z'],
      },
      { x: floats([2, 2, 5, 6]), y: floats(shape, 2) },
    );
  });

  it('rounds floats on the host to 32 bits: ⌊10 · 0.7⌋ is 7', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Shape', ['x'], ['sizes']],
          ['Cast', ['sizes'], ['floats'], { to: 1 }],
          ['Constant', [], ['factor'], { value_float: { float: 0.7 } }],
          ['Mul', ['floats', 'factor'], ['scaled']],
          ['Floor', ['scaled'], ['y']],
        ],
        outputs: ['y'],
      },
      { x: floats([10]) },
    );
  });

  it('computes shapes on the host', async () => {
    await expectLikeReference(
      {
        nodes: [
          ['Shape', ['x'], ['sizes']],
          ['Constant', [], ['two'], { value_int: 2 }],
          ['Constant', [], ['minus'], { value_int: -1 }],
          ['Div', ['sizes', 'two'], ['half']],
          ['Equal', ['half', 'two'], ['isTwo']],
          ['Where', ['isTwo', 'minus', 'half'], ['shape']],
          ['Reshape', ['x', 'shape'], ['y']],
        ],
        outputs: ['y'],
      },
      { x: floats([4, 6]) },
    );
  });

  it.each([
    ['Add', [int64s(1, 2), int64s(3, 4)]],
    ['Div', [int64s(-7, 7), int64s(2, 2)]],
    ['Div', [given([-7, 7]), given([2, 2])]],
    ['Mod', [int64s(-7, 7), int64s(3, -3)]],
    ['Pow', [int64s(2, 3), int64s(3, 2)]],
    ['Max', [int64s(1, 5), int64s(3, 4)]],
    ['Sum', [given([1, 5]), given([3, 4]), number(2)]],
    ['Mean', [given([1, 5]), given([3, 4])]],
    ['Clip', [int64s(1, 5, 9), given([2], [], 'int64'), given([6], [], 'int64')]],
    ...'Neg Abs Sign Sqrt Exp Log Floor Ceil Round Reciprocal Sin Cos Tan Atan Sinh Cosh Asinh IsNaN IsInf'
      .split(' ')
      .map((op): [string, TensorGiven[]] => [op, [given([0.5, 1.5, 2.25])]]),
    ...['Asin', 'Acos', 'Atanh'].map((op): [string, TensorGiven[]] => [op, [given([0.5])]]),
    ['Acosh', [given([1.5])]],
  ] as [string, TensorGiven[]][])('%s of %j stays on the host', async (op, inputs) => {
    await expectNodeOnHost(op, inputs);
  });
});
