import { attributesOf } from './attributes';
import type { FlatGraph, FlatTensor, GraphStep } from './flatGraph';

const recurrent = new Set(['RNN', 'GRU', 'LSTM']);
const directions = ['forward', 'reverse'] as const;

/** The inputs that have an axis of directions: W, R, B, initial_h, initial_c, P. */
const INPUTS: Readonly<Record<number, 'weight' | 'state'>> = {
  1: 'weight',
  2: 'weight',
  3: 'weight',
  5: 'state',
  6: 'state',
  7: 'weight',
};

/**
 * The graph with a layer for each direction in place of bidirectional recurrent layers. A tensor of the file that
 * holds the weights of both directions becomes two, so that the units of each direction have an order of their own.
 */
export function splitDirections(graph: FlatGraph): FlatGraph {
  const tensors = new Map(graph.tensors);
  const split = (steps: readonly GraphStep[]): GraphStep[] =>
    steps.flatMap((step) => {
      const { branches } = step;
      if (branches) {
        const [held, otherwise] = branches.map((branch) => ({
          ...branch,
          steps: split(branch.steps),
        }));
        return [{ ...step, branches: [held, otherwise] }];
      }
      const isSplit =
        step.domain === '' &&
        recurrent.has(step.op) &&
        step.attributes.text('direction', 'forward') === 'bidirectional';
      return isSplit ? splitStep(step, tensors) : [step];
    });
  return { ...graph, steps: split(graph.steps), tensors };
}

function splitStep(step: GraphStep, tensors: Map<string, FlatTensor>): GraphStep[] {
  const { attributes, inputs, outputs } = step;
  const layout = attributes.number('layout', 0);
  // With layout 1 states are [batch, directions, units] and Y is [batch, time, directions, units].
  const stateAxis = layout === 1 ? 1 : 0;
  const outputAxes = layout === 1 ? [2, 1, 1] : [1, 0, 0];
  const splits: GraphStep[] = [];
  const parts = inputs.map((name, k) => {
    const kind = INPUTS[k];
    if (name === '' || kind === undefined) return [name, name];
    const own = directions.map((direction) => `${name}.${direction}`);
    const tensor = tensors.get(name);
    if (tensor?.record && kind === 'weight' && tensor.record.shape[0] === 2) {
      for (const [index, part] of own.entries()) {
        tensors.set(part, { ...tensor, part: { index, of: 2 } });
      }
      return own;
    }
    // Values that two layers read are split for each.
    const apart = own.map((part) => `${part}@${outputs.find((output) => output !== '')}`);
    splits.push(stepLike(step, 'Split', [name], apart, kind === 'weight' ? 0 : stateAxis));
    return apart;
  });
  const calls = directions.map((direction, at): GraphStep => {
    const { text, texts, numbers } = attributes;
    return {
      ...step,
      inputs: parts.map((part) => part[at]),
      outputs: outputs.map((name) => (name === '' ? '' : `${name}.${direction}`)),
      attributes: {
        ...attributes,
        text: (name, standard) => (name === 'direction' ? direction : text(name, standard)),
        texts: (name, standard) =>
          halfOf(texts(name, undefined), at, name === 'activations') ?? standard,
        numbers: (name, standard) =>
          halfOf(numbers(name, undefined), at, name.startsWith('activation_')) ?? standard,
      } as GraphStep['attributes'],
    };
  });
  const joins = outputs.flatMap((name, k) =>
    name === ''
      ? []
      : [
          stepLike(
            step,
            'Concat',
            directions.map((direction) => `${name}.${direction}`),
            [name],
            outputAxes[k],
          ),
        ],
  );
  return [...splits, ...calls, ...joins];
}

/** Activations are listed for both directions. */
function halfOf<Item>(
  list: readonly Item[] | undefined,
  at: number,
  isHalved: boolean,
): readonly Item[] | undefined {
  if (!isHalved || !list) return list;
  const half = list.length / 2;
  return list.slice(at * half, (at + 1) * half);
}

function stepLike(
  { opset, label }: GraphStep,
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  axis: number,
): GraphStep {
  const attributes = attributesOf(new Map([['axis', axis]]), {
    bytes: new Uint8Array(),
    externalData: {},
  });
  return { op, domain: '', opset, label, inputs, outputs, attributes };
}
