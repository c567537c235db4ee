import type { FlatGraph, GraphStep } from './graph/flatGraph';
import { openGraph } from './graph/openGraph';
import { operatorName } from './graph/operatorName';
import { elementType } from './model/elementType';
import type { ValueInfo } from './model/onnxModel';
import type { ExternalData } from './model/tensorSource';
import { operators } from './operators/operators';

/** A model without its weights. */
export interface OnnxSummary {
  /** The program that wrote the model, with its version. */
  readonly producer: string;
  /** The version of each domain's operators. The standard domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** The operators, by name. Functions of the model count as the operators that they are made of. */
  readonly operators: readonly OperatorUse[];
}

/** An input or output of a model. */
export interface GraphValue {
  readonly name: string;
  /** The element type, such as `float`; null if it is not a tensor. */
  readonly dtype: string | null;
  /** Each size: a number, the name of an open size, or null. The whole is null if the rank is open. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** The use of an operator in a model. */
interface OperatorUse {
  readonly name: string;
  readonly count: number;
  /** True if {@link onnxForward} computes it. */
  readonly supported: boolean;
}

/** The inputs, outputs and operators of a model. Operators that are not computed are no error. */
export function onnxSummary(bytes: Uint8Array, externalData?: ExternalData): OnnxSummary {
  const { model, graph } = openGraph(bytes, externalData);
  return {
    producer: model.producer,
    opsets: Object.fromEntries(
      [...model.opsets].map(([domain, version]) => [domain || 'ai.onnx', version]),
    ),
    inputs: graph.inputs.map(graphValue),
    outputs: graph.outputs.map(graphValue),
    operators: operatorsOf(graph),
  };
}

function graphValue({ name, type, shape }: ValueInfo): GraphValue {
  return { name, dtype: type === 0 ? null : elementType(type).name, shape: shape ?? null };
}

function operatorsOf({ steps }: FlatGraph): OperatorUse[] {
  const counts = new Map<string, { count: number; supported: boolean }>();
  const count = (all: readonly GraphStep[]): void => {
    for (const step of all) {
      const name = operatorName(step);
      const supported = step.branches !== undefined || Object.hasOwn(operators, name);
      counts.set(name, { count: (counts.get(name)?.count ?? 0) + 1, supported });
      for (const branch of step.branches ?? []) count(branch.steps);
    }
  };
  count(steps);
  return [...counts]
    .map(([name, use]) => ({ name, ...use }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
