import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type TensorProto, TensorProtoSchema } from 'onnx-buf';
import type { GraphStep } from '../../../src/onnx/graph/flatGraph';
import { openGraph } from '../../../src/onnx/graph/openGraph';
import { operatorName } from '../../../src/onnx/graph/operatorName';
import { operators } from '../../../src/onnx/operators/operators';

/** A case of the ONNX project for an operator: a model of one node or a few. */
export interface NodeCase {
  /** The model, in which inputs that are needed on the host are stored. */
  readonly bytes: Uint8Array;
  /** The other inputs by name. */
  readonly inputs: ReadonlyMap<string, TensorProto>;
  readonly outputs: readonly TensorProto[];
}

/** The model of a case as it is. */
export function nodeCaseModel(folder: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, 'model.onnx')));
}

/**
 * Reads a case. It feeds all inputs of its node; those that the operator needs on the host, such as shapes and axes,
 * are moved into the model.
 */
export function readNodeCase(folder: string): NodeCase {
  const whole = nodeCaseModel(folder);
  const model = fromBinary(ModelProtoSchema, whole);
  const graph = model.graph!;
  const inputs = readTensors(folder, 'input', graph.input);
  const outputs = readTensors(folder, 'output', graph.output);
  for (const name of hostValuesOf(openGraph(whole).graph.steps)) {
    const tensor = inputs.get(name);
    if (!tensor) continue;
    graph.initializer.push({ ...tensor, name });
    graph.input = graph.input.filter((each) => each.name !== name);
    inputs.delete(name);
  }
  return { bytes: toBinary(ModelProtoSchema, model), inputs, outputs: [...outputs.values()] };
}

/** The names of the values that an operator needs on the host, and of those that they are computed from. */
function hostValuesOf(steps: readonly GraphStep[], names = new Set<string>()): Set<string> {
  for (const step of [...steps].reverse()) {
    const isNeeded = step.outputs.some((name) => names.has(name)) && !isOfShape(step.op);
    for (const [k, name] of step.inputs.entries()) {
      if (isNeeded || hostInputsOf(step).includes(k)) names.add(name);
    }
    for (const { steps: inner, outputs } of step.branches ?? []) {
      for (const name of isNeeded ? outputs : []) names.add(name);
      hostValuesOf(inner, names);
    }
  }
  return names;
}

function hostInputsOf(step: GraphStep): readonly number[] {
  if (step.branches) return [0];
  // Its zero point tells the type of the result.
  if (step.op === 'QuantizeLinear') return [2];
  return operators[operatorName(step)]?.hostInputs ?? [];
}

/** True for operators that read no elements. */
function isOfShape(op: string): boolean {
  return op === 'Shape' || op === 'Size';
}

function readTensors(
  folder: string,
  kind: 'input' | 'output',
  declared: readonly { readonly name: string }[],
): Map<string, TensorProto> {
  const tensors = new Map<string, TensorProto>();
  for (const [i, { name }] of declared.entries()) {
    const file = join(folder, 'test_data_set_0', `${kind}_${i}.pb`);
    if (existsSync(file)) tensors.set(name, fromBinary(TensorProtoSchema, readFileSync(file)));
  }
  return tensors;
}
