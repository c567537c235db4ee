import {
  add,
  matMul,
  mul,
  reshape,
  scalar,
  split,
  sub,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { toTensor, type Value } from '../../values/value';
import { type Call, type Operators, optionalAt } from '../operator';
import { type Activation, cellActivations } from './cellActivations';
import { type Cell, type RecurrentWeights, recurrentLayer } from './recurrentLayer';

/** Recurrent layers of one direction. */
export const recurrences: Operators = {
  RNN: {
    run(call) {
      const [f] = cellActivations(call, ['Tanh']);
      return recurrentLayer(call, { states: [5], cell: ({ hidden }) => rnn(hidden, f) });
    },
  },
  GRU: { run: gruLayer },
  LSTM: { run: lstmLayer },
};

/** h′ = f(W·x + R·h + b) */
function rnn(hidden: Tensor2D, f: Activation): Cell {
  return (inputs, [h]) => [f(h ? add(inputs, matMul(h as Tensor2D, hidden)) : inputs)];
}

function gruLayer(call: Call): Value[] {
  const [f, g] = cellActivations(call, ['Sigmoid', 'Tanh']);
  const isAfter = call.attributes.number('linear_before_reset', 0) !== 0;
  return recurrentLayer(call, {
    states: [5],
    hasHiddenBias: isAfter,
    cell: (weights) => (isAfter ? gruReset(weights, f, g) : gru(weights, f, g)),
  });
}

/** h′ = (1 − z)·g(Wₕ·x + Rₕ·(r·h) + b) + z·h */
function gru({ hidden, units }: RecurrentWeights, f: Activation, g: Activation): Cell {
  const [hiddenGates, hiddenNew] = split(hidden, [2 * units, units], 1) as Tensor2D[];
  return (inputs, [h]) => {
    if (!h) {
      const [z, , fresh] = split(inputs, 3, 1);
      return [mul(sub(scalar(1), f(z)), g(fresh))];
    }
    const [gates, fresh] = split(inputs, [2 * units, units], 1);
    const [z, r] = split(f(add(gates, matMul(h as Tensor2D, hiddenGates))), 2, 1);
    const candidate = g(add(fresh, matMul(mul(r, h) as Tensor2D, hiddenNew)));
    return [add(mul(sub(scalar(1), z), candidate), mul(z, h))];
  };
}

/** h′ = (1 − z)·g(Wₕ·x + r·(Rₕ·h + bₕ)) + z·h, as PyTorch computes it */
function gruReset(
  { hidden, hiddenBias, units }: RecurrentWeights,
  f: Activation,
  g: Activation,
): Cell {
  const products = (h: Tensor | null) => {
    const product = h && matMul(h as Tensor2D, hidden);
    if (product && hiddenBias) return add(product, hiddenBias);
    return product ?? (hiddenBias && reshape(hiddenBias, [1, 3 * units]));
  };
  const sum = (a: Tensor, b: Tensor | undefined) => (b ? add(a, b) : a);
  return (inputs, [h]) => {
    const [gates, fresh] = split(inputs, [2 * units, units], 1);
    const found = products(h);
    const [hiddenGates, hiddenNew] = found ? split(found, [2 * units, units], 1) : [];
    const [z, r] = split(f(sum(gates, hiddenGates)), 2, 1);
    const candidate = g(sum(fresh, hiddenNew && mul(r, hiddenNew)));
    const next = mul(sub(scalar(1), z), candidate);
    return [h ? add(next, mul(z, h)) : next];
  };
}

function lstmLayer(call: Call): Value[] {
  const activations = cellActivations(call, ['Sigmoid', 'Tanh', 'Tanh']);
  const peepholes = optionalAt(call, 7);
  const isCoupled = call.attributes.number('input_forget', 0) !== 0;
  return recurrentLayer(call, {
    states: [5, 6],
    cell: ({ hidden }) =>
      lstm(hidden, activations, {
        peepholes: peepholes && split(reshape(toTensor(peepholes), [1, -1]), 3, 1),
        isCoupled,
      }),
  });
}

/**
 * i = f(Wᵢ·x + Rᵢ·h + Pᵢ·c), and so the forget gate; c′ = forget·c + i·g(…), o = f(… + Pₒ·c′), h′ = o·h(c′). The gates are
 * in the order i, o, forget, c. A coupled forget gate is 1 − i.
 */
function lstm(
  hidden: Tensor2D,
  [f, g, last]: readonly Activation[],
  { peepholes, isCoupled }: { peepholes: readonly Tensor[] | null; isCoupled: boolean },
): Cell {
  const peeped = (gate: Tensor, which: number, c: Tensor | null) =>
    peepholes && c ? add(gate, mul(peepholes[which], c)) : gate;
  return (inputs, [h, c]) => {
    const sums = h ? add(inputs, matMul(h as Tensor2D, hidden)) : inputs;
    const [inGate, outGate, forgetGate, fresh] = split(sums, 4, 1);
    const i = f(peeped(inGate, 0, c));
    const added = mul(i, g(fresh));
    const forget = () => (isCoupled ? sub(scalar(1), i) : f(peeped(forgetGate, 2, c)));
    const next = c ? add(mul(forget(), c), added) : added;
    const o = f(peeped(outGate, 1, next));
    return [mul(o, last(next)), next];
  };
}
