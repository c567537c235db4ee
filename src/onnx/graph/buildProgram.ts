import { listNames, nearestNames } from '../../checks';
import { about, invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { hostValues } from '../model/hostValues';
import type { OnnxModel } from '../model/onnxModel';
import type { TensorSource } from '../model/tensorSource';
import { weightDtype } from '../model/weightDtype';
import { assertOperators } from '../operators/assertOperators';
import { operators } from '../operators/operators';
import { assertFloatWeights } from '../operators/quantization/assertFloatWeights';
import type { HostArray } from '../values/hostArray';
import { constantScalars } from './constantScalars';
import { countUses } from './countUses';
import type { FlatGraph, FlatTensor, GraphStep } from './flatGraph';
import { flattenGraph } from './flattenGraph';
import { foldConstants } from './foldConstants';
import { hostOnlyValues } from './hostOnlyValues';
import { nameAliases } from './nameAliases';
import { pickedStates } from './pickedStates';
import type { Program } from './program';
import { neededBy } from './sortSteps';
import { splitDirections } from './splitDirections';
import type { Weight } from './weight';
import { zeroStates } from './zeroStates';

/** The graph of a model in the form that programs are built from. */
export function preparedGraph(model: OnnxModel, source: TensorSource): FlatGraph {
  const named = nameAliases(flattenGraph(model, source));
  return pickedStates(splitDirections(zeroStates(named, source), source), source);
}

/**
 * The program of a graph: its weights and constants told apart, and the steps that its outputs need.
 *
 * @param ends - The names of the values to end at. Default: the model's outputs.
 * @throws InvalidInputError when an operator is not supported or a name is not a value of the graph.
 */
export function buildProgram(
  graph: FlatGraph,
  source: TensorSource,
  ends: readonly string[] = graph.outputs.map(({ name }) => name),
): Program {
  assertEnds(graph, ends);
  const steps = neededSteps(graph.steps, ends);
  assertFloatWeights(steps, graph.tensors);
  assertOperators(steps, graph.tensors);
  const weights = weightsOf(graph);
  const isWeight = new Set(weights.map(({ name }) => name));
  const constants = new Map<string, HostArray>();
  for (const name of [...steps.flatMap(neededBy), ...ends]) {
    const tensor = graph.tensors.get(name);
    if (!tensor || isWeight.has(name) || constants.has(name)) continue;
    constants.set(
      name,
      about(`constant '${name}'`, () => constantValues(source, tensor)),
    );
  }
  const folded = foldConstants(steps, constants, isWeight);
  const kept = neededSteps(folded.steps, ends);
  return {
    inputs: graph.inputs,
    outputs: ends,
    steps: kept,
    weights,
    constants: folded.constants,
    uses: countUses({ steps: kept, outputs: ends }),
  };
}

/** The weights of a graph in the order of the file: floats whose elements the outputs depend on. */
export function weightsOf(graph: FlatGraph): Weight[] {
  const { tensors, steps, outputs } = graph;
  const ends = outputs.map(({ name }) => name);
  const used = new Set([...steps.flatMap(neededBy), ...ends]);
  const constants = new Set([...hostOnlyValues(steps, ends, operators), ...constantScalars(graph)]);
  return [...tensors].flatMap(([name, { record, node, part = null }]): Weight[] => {
    if (!record || !used.has(name) || constants.has(name)) return [];
    const dtype = weightDtype(record.type);
    const isScalar = node !== null && sizeOf(record.shape) < 2;
    if (dtype === null || isScalar) return [];
    assertName(name);
    const shape = part ? [record.shape[0] / part.of, ...record.shape.slice(1)] : record.shape;
    return [{ name, shape, dtype, record, node, part }];
  });
}

function assertName(name: string): void {
  if (name !== '__proto__') return;
  throw invalid("a weight is named '__proto__'", 'Export the model with another name', {
    param: name,
  });
}

function constantValues(source: TensorSource, { record, values }: FlatTensor): HostArray {
  return values ?? hostValues(source, record!);
}

/** The steps that values depend on, without the names of outputs that nothing reads. */
function neededSteps(steps: readonly GraphStep[], ends: readonly string[]): GraphStep[] {
  const needed = new Set(ends);
  return steps
    .toReversed()
    .flatMap((step) => {
      if (!step.outputs.some((name) => needed.has(name))) return [];
      for (const name of neededBy(step)) needed.add(name);
      return [{ ...step, outputs: step.outputs.map((name) => (needed.has(name) ? name : '')) }];
    })
    .reverse();
}

function assertEnds({ steps, inputs, tensors }: FlatGraph, ends: readonly string[]): void {
  const names = new Set([
    ...inputs.map(({ name }) => name),
    ...tensors.keys(),
    ...steps.flatMap(({ outputs }) => outputs),
  ]);
  for (const name of ends) {
    if (names.has(name)) continue;
    throw invalid(
      `outputs has '${name}', which is not a value of the graph`,
      `The nearest names are ${listNames(nearestNames(name, [...names]))}`,
      { param: 'outputs', received: name },
    );
  }
  if (ends.length === 0) {
    throw invalid('outputs is empty', 'Name one value or more', { param: 'outputs' });
  }
}
