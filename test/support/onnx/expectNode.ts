import { engine } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { attributesOf } from '../../../src/onnx/graph/attributes';
import type { Call } from '../../../src/onnx/operators/operator';
import { operators } from '../../../src/onnx/operators/operators';
import { runOperator } from '../../../src/onnx/run/runOperator';
import { type HostArray, hostArray } from '../../../src/onnx/values/hostArray';
import { tensorValue, toTensor, type Value } from '../../../src/onnx/values/value';
import { expectLikeReference, feedTensor, type ReferenceSettings } from './expectLikeReference';
import { floats } from './feeds';
import type { AttributeGiven, NodeGiven, TensorGiven, types } from './modelBytes';

/** An input of a node: fed, stored in the model, or left out. */
export type NodeInput = TensorGiven | { readonly stored: TensorGiven } | null;

/** Settings of a node under test. */
export interface NodeSettings extends ReferenceSettings {
  readonly attributes?: Readonly<Record<string, AttributeGiven>>;
  /** The types of the outputs. Default: one float. */
  readonly outputs?: readonly (keyof typeof types)[];
}

/** An input that the model stores. */
export function stored(given: TensorGiven): NodeInput {
  return { stored: given };
}

/** Expects that a node has the same outputs here as in onnxruntime. */
export async function expectNode(
  op: string,
  inputs: readonly NodeInput[],
  settings: NodeSettings = {},
): Promise<void> {
  const graph = graphOf(op, inputs, settings);
  await expectLikeReference(graph, graph.feeds, settings);
}

/** Expects the same of a node whose first input is made by a convolution, and so is stored channels-last. */
export async function expectNodeOnImage(
  op: string,
  others: readonly NodeInput[],
  settings: NodeSettings = {},
): Promise<void> {
  const { nodes, feeds, initializers, ...graph } = graphOf(op, [null, ...others], settings);
  const [[, names, outputs, attributes]] = nodes;
  const conv: NodeGiven = ['Conv', ['x', 'w'], ['image']];
  const node: NodeGiven = [op, ['image', ...names.slice(1)], outputs, attributes];
  await expectLikeReference(
    {
      nodes: [conv, node],
      initializers: { ...initializers, w: floats([3, 2, 2, 2], 7) },
      ...graph,
    },
    { ...feeds, x: floats([2, 2, 5, 6]) },
    settings,
  );
}

/** Expects that outputs stay on the host if all inputs are there, and that they are those of tensors. */
export async function expectNodeOnHost(
  op: string,
  inputs: readonly (TensorGiven | null)[],
  { opset = 17, attributes = {} }: NodeSettings = {},
): Promise<void> {
  const values = Object.entries(attributes).map(([name, value]): [string, never] => {
    const isNested = typeof value === 'object' && !Array.isArray(value);
    return [name, (isNested ? Object.values(value)[0] : value) as never];
  });
  const source = { bytes: new Uint8Array(), externalData: {} };
  const { hostInputs = [] } = operators[op];
  const outputs = (isHost: boolean) => {
    const call: Call = {
      op,
      opset,
      attributes: attributesOf(new Map(values), source),
      inputs: inputs.map(
        (given, k) =>
          given &&
          (isHost || hostInputs.includes(k) ? onHost(given) : tensorValue(feedTensor(given))),
      ),
      outputCount: 1,
    };
    return runOperator(operators[op], call)[0]!;
  };
  engine().startScope();
  try {
    const [found, expected] = [outputs(true), toTensor(outputs(false))];
    expect(found.kind).toBe('host');
    expect(found.shape).toEqual(expected.shape);
    expect(found.dtype).toBe(expected.dtype);
    const numbers = Array.from(await expected.data());
    for (const [i, each] of Array.from((found as HostArray).data).entries()) {
      expect(each, `${op}[${i}]`).toBeCloseTo(numbers[i], 4);
    }
  } finally {
    engine().endScope();
  }
}

function onHost(given: TensorGiven): Value {
  return hostArray(dtypeOf(given), given.shape, given.data);
}

function dtypeOf({ type = 'float' }: TensorGiven): HostArray['dtype'] {
  if (type === 'bool') return 'bool';
  return type === 'float' ? 'float32' : 'int32';
}

function graphOf(
  op: string,
  inputs: readonly NodeInput[],
  { attributes, outputs = ['float'] }: NodeSettings,
) {
  const names = inputs.map((given, i) => (given ? `x${i}` : ''));
  const named = (isStored: boolean) =>
    Object.fromEntries(
      inputs.flatMap((given, i): [string, TensorGiven][] => {
        if (!given || 'stored' in given !== isStored) return [];
        return [[names[i], 'stored' in given ? given.stored : given]];
      }),
    );
  const results = outputs.map((_, i) => `y${i}`);
  return {
    nodes: [[op, names, results, attributes]] as readonly NodeGiven[],
    feeds: named(false),
    initializers: named(true),
    outputs: results,
    outputTypes: Object.fromEntries(results.map((name, i) => [name, outputs[i]])),
  };
}
