import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../support/backend';
import { expectLikeReference } from '../../support/onnx/expectLikeReference';
import { floats } from '../../support/onnx/feeds';
import { type FunctionGiven, modelBytes } from '../../support/onnx/modelBytes';

beforeAll(() => useBackend('cpu'));

const x = floats([2, 4]);
const linear: FunctionGiven = {
  name: 'local.Linear',
  inputs: ['a', 'w', 'b'],
  outputs: ['y'],
  attributes: ['transB'],
  defaults: { alpha: { float: 0.5 } },
  nodes: [
    [
      'Gemm',
      ['a', 'w', 'b'],
      ['z'],
      {
        transB: { reference: 'transB', kind: 'int' },
        alpha: { reference: 'alpha', kind: 'float' },
      },
    ],
    ['Relu', ['z'], ['y']],
  ],
};
const initializers = { w: floats([3, 4], 2), b: floats([3], 3), v: floats([4, 5], 4) };

it('functions take attributes, and defaults where none are given', async () => {
  await expectLikeReference(
    {
      nodes: [
        ['local.Linear', ['x', 'w', 'b'], ['h'], { transB: 1 }],
        ['local.Linear', ['x', 'v', ''], ['y'], { alpha: { float: 2 } }],
      ],
      initializers,
      outputs: ['h', 'y'],
    },
    { x },
    { functions: [linear] },
  );
});

it('functions call functions and pass attributes on', async () => {
  const block: FunctionGiven = {
    name: 'pkg.nn.Block',
    inputs: ['a', 'w', 'b'],
    outputs: ['y', 'z'],
    attributes: ['factor'],
    nodes: [
      [
        'local.Linear',
        ['a', 'w', 'b'],
        ['z'],
        { transB: 1, alpha: { reference: 'factor', kind: 'float' } },
      ],
      ['Tanh', ['z'], ['y']],
    ],
  };
  await expectLikeReference(
    {
      nodes: [
        ['pkg.nn.Block', ['x', 'w', 'b'], ['one', 'z'], { factor: { float: 3 } }],
        ['pkg.nn.Block', ['x', 'w', 'b'], ['two', 'unread'], { factor: { float: -1 } }],
        ['Add', ['one', 'two'], ['sum']],
        ['Add', ['sum', 'z'], ['y']],
      ],
      initializers,
      outputs: ['y'],
    },
    { x },
    { functions: [block, linear] },
  );
});

it('constants inside functions are weights, named by the call', () => {
  const shift: FunctionGiven = {
    name: 'local.Shift',
    inputs: ['a'],
    outputs: ['y'],
    nodes: [
      ['Constant', [], ['c'], { value: { tensor: floats([4]) } }],
      ['Add', ['a', 'c'], ['y']],
    ],
  };
  const params = onnxParams(
    modelBytes(
      {
        inputs: { x },
        nodes: [
          ['local.Shift', ['x'], ['h']],
          ['local.Shift', ['h'], ['y']],
        ],
        outputs: ['y'],
      },
      { functions: [shift] },
    ),
  );
  expect(Object.keys(params)).toEqual(['h/c', 'y/c']);
  for (const each of Object.values(params)) each.dispose();
});

it('overloads tell functions of one name apart', async () => {
  const unary = (overload: string, op: string): FunctionGiven => ({
    name: 'local.Act',
    overload,
    inputs: ['a'],
    outputs: ['y'],
    nodes: [[op, ['a'], ['y']]],
  });
  await expectLikeReference(
    {
      nodes: [
        ['local.Act:r', ['x'], ['r']],
        ['local.Act:t', ['x'], ['t']],
      ],
      outputs: ['r', 't'],
    },
    { x },
    {
      functions: [unary('r', 'Relu'), unary('t', 'Tanh')],
      ir: 10,
      expected: {
        r: { shape: [2, 4], data: Array.from(x.data, (each) => Math.max(0, each)) },
        t: { shape: [2, 4], data: Array.from(x.data, Math.tanh) },
      },
    },
  );
});

it('a function that returns its input, and one whose outputs are not all read', async () => {
  const both: FunctionGiven = {
    name: 'local.Both',
    inputs: ['a', 'b'],
    outputs: ['a', 'y', 'z'],
    nodes: [
      ['Add', ['a', 'b'], ['y']],
      ['Mul', ['a', 'b'], ['z']],
    ],
  };
  await expectLikeReference(
    {
      nodes: [
        ['local.Both', ['x', 'x'], ['same', '', 'product']],
        ['Sub', ['same', 'product'], ['y']],
      ],
      outputs: ['y'],
    },
    { x },
    {
      functions: [both],
      expected: { y: { shape: [2, 4], data: Array.from(x.data, (each) => each - each * each) } },
    },
  );
});

it('a function may have an older version of operators than the model', async () => {
  await expectLikeReference(
    {
      nodes: [['local.Linear', ['x', 'w', 'b'], ['y'], { transB: 1 }]],
      initializers,
      outputs: ['y'],
    },
    { x },
    { functions: [{ ...linear, opset: 13 }] },
  );
});

const chain = (depth: number, calls: number): FunctionGiven[] =>
  Array.from({ length: depth }, (_, i) => ({
    name: `local.F${i}`,
    inputs: ['a'],
    outputs: ['y'],
    nodes:
      i === depth - 1
        ? [['Relu', ['a'], ['y']]]
        : Array.from({ length: calls }, (_, k) => [
            `local.F${i + 1}`,
            [k === 0 ? 'a' : `y${k - 1}`],
            [k === calls - 1 ? 'y' : `y${k}`],
          ]),
  }));
const calling = (functions: FunctionGiven[]) =>
  modelBytes({ inputs: { x }, nodes: [['local.F0', ['x'], ['y']]], outputs: ['y'] }, { functions });

it.each<[string, FunctionGiven[], string]>([
  ['that multiply', chain(40, 4), 'too large with its functions inlined'],
  [
    'nested too deeply',
    chain(5000, 1),
    'more than 100 functions and branches are inside each other',
  ],
  [
    'that call themselves',
    [{ name: 'local.F0', inputs: ['a'], outputs: ['y'], nodes: [['local.F0', ['a'], ['y']]] }],
    "function 'F0' calls itself",
  ],
  [
    'that call each other',
    [
      { name: 'local.F0', inputs: ['a'], outputs: ['y'], nodes: [['local.F1', ['a'], ['y']]] },
      { name: 'local.F1', inputs: ['a'], outputs: ['y'], nodes: [['local.F0', ['a'], ['y']]] },
    ],
    "function 'F0' calls itself",
  ],
  [
    'that lack an output',
    [{ name: 'local.F0', inputs: ['a'], outputs: [], nodes: [] }],
    "its output 'y' is not made inside",
  ],
  [
    'that return what nothing makes',
    [{ name: 'local.F0', inputs: ['a'], outputs: ['lost'], nodes: [] }],
    "'lost' is made by no node",
  ],
])('functions %s are refused', (_, functions, message) => {
  expect(() => onnxForward(calling(functions))).toThrow(message);
});

it('a function called 20 000 times by nodes of one name is inlined at once', () => {
  const bytes = modelBytes(
    {
      inputs: { x },
      nodes: Array.from({ length: 20_000 }, (_, i) => [
        'local.F0',
        [i === 0 ? 'x' : `x${i - 1}`],
        [`x${i}`],
      ]),
      outputs: ['x19999'],
    },
    { functions: chain(1, 1) },
  );
  expect(onnxForward(bytes)).toBeTypeOf('function');
});
