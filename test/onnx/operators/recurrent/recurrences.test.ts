import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../support/backend';
import { expectLikeReference } from '../../../support/onnx/expectLikeReference';
import { floats, given } from '../../../support/onnx/feeds';
import {
  type AttributeGiven,
  modelBytes,
  type NodeGiven,
  type TensorGiven,
} from '../../../support/onnx/modelBytes';
import { operatorBackends } from '../../../support/onnx/operatorBackends';
import { referenceOutputs } from '../../../support/onnx/referenceOutputs';

const [times, sequences, features, units] = [4, 3, 5, 2];
const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Op = keyof typeof gates;
type Attributes = Readonly<Record<string, AttributeGiven>>;
type Tensors = Readonly<Record<string, TensorGiven>>;
const x = floats([times, sequences, features]);

/** The weights of a layer, by their names in ONNX. */
function weightsOf(op: Op, directions = 1): Record<string, TensorGiven> {
  const width = gates[op] * units;
  return {
    W: floats([directions, width, features], 2),
    R: floats([directions, width, units], 3),
    B: floats([directions, 2 * width], 4),
  };
}

/** The initial states of a layer, and its peepholes. */
function statesOf(directions = 1): Record<string, TensorGiven> {
  return {
    initial_h: floats([directions, sequences, units], 5),
    initial_c: floats([directions, sequences, units], 6),
    P: floats([directions, 3 * units], 7),
  };
}

const inputs = ['X', 'W', 'R', 'B', 'sequence_lens', 'initial_h', 'initial_c', 'P'];

/** A graph of one layer on these tensors, with all its outputs. */
function graphOf(op: Op, tensors: Tensors, attributes: Attributes = {}) {
  const count = op === 'LSTM' ? 8 : 6;
  const names = inputs.slice(0, count).map((name) => (name === 'X' || tensors[name] ? name : ''));
  const outputs = ['Y', 'Y_h', ...(op === 'LSTM' ? ['Y_c'] : [])];
  const node: NodeGiven = [op, names, outputs, { hidden_size: units, ...attributes }];
  const initializers = Object.fromEntries(
    Object.entries(tensors).filter(([name]) => names.includes(name)),
  );
  return { nodes: [node], initializers, outputs };
}

const ops = Object.keys(gates) as Op[];
const activations: readonly (readonly [Op, Attributes])[] = [
  ['RNN', { activations: { texts: ['Relu'] } }],
  [
    'RNN',
    {
      activations: { texts: ['Affine'] },
      activation_alpha: { floats: [0.5] },
      activation_beta: { floats: [0.1] },
    },
  ],
  ['RNN', { activations: { texts: ['LeakyRelu'] }, activation_alpha: { floats: [0.3] } }],
  ['RNN', { activations: { texts: ['Elu'] }, activation_alpha: { floats: [0.7] } }],
  ['RNN', { activations: { texts: ['Softsign'] } }],
  ['RNN', { activations: { texts: ['Softplus'] } }],
  ['RNN', { activations: { texts: ['ThresholdedRelu'] }, activation_alpha: { floats: [0.2] } }],
  [
    'RNN',
    {
      activations: { texts: ['ScaledTanh'] },
      activation_alpha: { floats: [0.8] },
      activation_beta: { floats: [1.2] },
    },
  ],
  [
    'RNN',
    {
      activations: { texts: ['HardSigmoid'] },
      activation_alpha: { floats: [0.3] },
      activation_beta: { floats: [0.4] },
    },
  ],
  ['GRU', { activations: { texts: ['HardSigmoid', 'Relu'] } }],
  ['LSTM', { activations: { texts: ['HardSigmoid', 'Softsign', 'Relu'] } }],
  [
    'LSTM',
    {
      activations: { texts: ['Sigmoid', 'LeakyRelu', 'Elu'] },
      activation_alpha: { floats: [0.3, 0.7] },
    },
  ],
];

describe.each(operatorBackends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  describe.each(ops)('%s', (op) => {
    it.each(['forward', 'reverse'])('runs %s from zeros', async (direction) => {
      await expectLikeReference(graphOf(op, weightsOf(op), { direction }), { X: x });
    });

    it('runs over eleven steps', async () => {
      await expectLikeReference(graphOf(op, weightsOf(op)), { X: floats([11, 3, features]) });
    });

    it('runs without biases', async () => {
      const { W, R } = weightsOf(op);
      await expectLikeReference(graphOf(op, { W, R }), { X: x });
    });

    it.each(['forward', 'reverse'])('runs %s from given states', async (direction) => {
      const tensors = { ...weightsOf(op), ...statesOf() };
      await expectLikeReference(graphOf(op, tensors, { direction }), { X: x });
    });

    it.each(['forward', 'reverse'])('runs %s over sequences that end early', async (direction) => {
      const tensors = {
        ...weightsOf(op),
        ...statesOf(),
        sequence_lens: given([4, 1, 2], [3], 'int32'),
      };
      await expectLikeReference(graphOf(op, tensors, { direction }), { X: x });
    });

    it('takes lengths of sequences from an input', async () => {
      const lengths = given([2, 4, 3], [3], 'int32');
      const { initializers, ...graph } = graphOf(op, { ...weightsOf(op), sequence_lens: lengths });
      const { sequence_lens, ...weights } = initializers;
      await expectLikeReference({ ...graph, initializers: weights }, { X: x, sequence_lens });
    });

    it('bounds the inputs of activations', async () => {
      const tensors = { ...weightsOf(op), ...statesOf() };
      await expectLikeReference(graphOf(op, tensors, { clip: { float: 0.3 } }), { X: x });
    });

    it('reads and gives the batch first with layout 1', async () => {
      const tensors: Tensors = { ...weightsOf(op), ...statesOf() };
      const known = await referenceOutputs(
        modelBytes({ ...graphOf(op, tensors), inputs: { X: x } }),
        { X: x },
      );
      const turned = Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [
          name,
          name.startsWith('initial') ? batchFirst(tensor, [1, 0, 2]) : tensor,
        ]),
      );
      const expected = Object.fromEntries(
        Object.entries(known).map(([name, { shape, data }]) => [
          name,
          batchFirst({ shape, data }, name === 'Y' ? [2, 0, 1, 3] : [1, 0, 2]),
        ]),
      );
      await expectLikeReference(
        graphOf(op, turned, { layout: 1 }),
        { X: batchFirst(x, [1, 0, 2]) },
        { expected },
      );
    });
  });

  it.each(activations)('%s with %j', async (op, attributes) => {
    const tensors = { ...weightsOf(op), ...statesOf() };
    await expectLikeReference(graphOf(op, tensors, attributes), { X: x });
  });

  it('GRU resets the product of the state with linear_before_reset', async () => {
    const attributes = { linear_before_reset: 1 };
    const { W, R, B } = weightsOf('GRU');
    await expectLikeReference(graphOf('GRU', { W, R, B }, attributes), { X: x });
    await expectLikeReference(graphOf('GRU', { W, R }, attributes), { X: x });
    await expectLikeReference(graphOf('GRU', { W, R, ...statesOf() }, attributes), { X: x });
    await expectLikeReference(graphOf('GRU', { W, R, B, ...statesOf() }, attributes), { X: x });
  });

  it('LSTM couples the forget gate to the input gate', async () => {
    const { P, ...states } = statesOf();
    const tensors = { ...weightsOf('LSTM'), ...states };
    await expectLikeReference(graphOf('LSTM', tensors, { input_forget: 1 }), { X: x });
  });

  it('an activation without a rule is refused by name', async () => {
    const graph = graphOf('RNN', weightsOf('RNN'), { activations: { texts: ['Swish'] } });
    const layer = expectLikeReference(graph, { X: x }, { expected: {} });
    await expect(layer).rejects.toThrow(
      'RNN (opset 17) with the activation Swish is not supported',
    );
  });
});

/** The tensor with its axes permuted. */
function batchFirst(
  { shape, data }: Pick<TensorGiven, 'shape' | 'data'>,
  axes: readonly number[],
): { shape: number[]; data: number[] } {
  const to = axes.map((axis) => shape[axis]);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const found = Array.from({ length: data.length }, (_, at) => {
    let rest = at;
    let from = 0;
    for (let i = to.length - 1; i >= 0; i--) {
      from += (rest % to[i]) * strides[axes[i]];
      rest = Math.floor(rest / to[i]);
    }
    return data[from];
  });
  return { shape: to, data: found };
}
