import type { TensorSource } from '../model/tensorSource';
import type { FlatGraph, FlatTensor, GraphStep } from './flatGraph';
import { type JointOutput, joinedUnits } from './joinedUnits';
import { madeStep } from './madeStep';

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
export function splitDirections(graph: FlatGraph, source: TensorSource): FlatGraph {
  const tensors = new Map(graph.tensors);
  const outputs = new Map<string, JointOutput>();
  const joints = new Map(
    graph.steps.flatMap((step) => (isPair(step) ? [[step.outputs[0], step] as const] : [])),
  );
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
      return isSplit ? splitStep(step, { tensors, outputs, joints }) : [step];
    });
  const steps = joinedUnits(split(graph.steps), tensors, source, outputs);
  return { ...graph, steps, tensors };
}

/** The state of a split. */
interface Split {
  readonly tensors: Map<string, FlatTensor>;
  /** The values of directions that are joined again. */
  readonly outputs: Map<string, JointOutput>;
  /** The steps that join two values, by the names of their outputs. */
  readonly joints: ReadonlyMap<string, GraphStep>;
}

/** True for a step that joins two values. */
function isPair({ op, domain, inputs }: GraphStep): boolean {
  return op === 'Concat' && domain === '' && inputs.length === 2;
}

function splitStep(step: GraphStep, { tensors, outputs: joined, joints }: Split): GraphStep[] {
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
    const axis = kind === 'weight' ? 0 : stateAxis;
    const joint = joints.get(name);
    if (joint?.attributes.number('axis', undefined) === axis) return joint.inputs;
    // Values that two layers read are split for each.
    const apart = own.map((part) => `${part}@${outputs.find((output) => output !== '')}`);
    splits.push(madeStep(step, 'Split', [name], apart, { axis }));
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
  if (outputs[0]) {
    joined.set(outputs[0], {
      parts: directions.map((direction) => `${outputs[0]}.${direction}`),
      order: layout === 1 ? null : [0, 2, 1, 3],
    });
  }
  const joins = outputs.flatMap((name, k) =>
    name === ''
      ? []
      : [
          madeStep(
            step,
            'Concat',
            directions.map((direction) => `${name}.${direction}`),
            [name],
            { axis: outputAxes[k] },
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
