import { about, invalid } from '../../errors';
import { hostValues } from '../model/hostValues';
import type {
  OnnxAttribute,
  OnnxFunction,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
} from '../model/onnxModel';
import type { TensorSource } from '../model/tensorSource';
import { attributesOf } from './attributes';
import { constantTensor } from './constantTensor';
import type { Branch, FlatGraph, FlatTensor, GraphStep } from './flatGraph';
import { madeStep } from './madeStep';
import { branchScope, functionScope, graphScope, nameIn, type Scope } from './scope';
import { sortSteps } from './sortSteps';
import { uniqueNames } from './uniqueNames';

/** The most that nodes take, in characters of names and numbers of fields. Nested functions multiply them. */
const MOST_WORK = 2 ** 26;

/**
 * The steps of a model's graph, with local functions inlined, branches of an `If` on a constant taken, and
 * constants listed apart.
 *
 * @throws InvalidInputError when names are missing or made twice, steps are in a cycle, or functions call
 * themselves.
 */
export function flattenGraph(model: OnnxModel, source: TensorSource): FlatGraph {
  const tensors = new Map<string, FlatTensor>();
  const functions = new Map(model.functions.map((each) => [functionKey(each), each]));
  const unique = uniqueNames();
  let work = 0;

  function spend(amount: number): void {
    work += amount;
    if (work <= MOST_WORK) return;
    throw invalid(
      'the graph is too large with its functions inlined',
      'Export a smaller model, or one without functions',
      { param: 'bytes' },
    );
  }

  function define(scope: Scope, name: string): string {
    if (scope.made.has(name)) {
      throw invalid(`two nodes or tensors make the value '${name}'`, 'Export the model again', {
        param: name,
      });
    }
    scope.made.add(name);
    spend(scope.prefix.length + name.length);
    const made = unique(scope.prefix + name);
    scope.names.own.set(name, made);
    return made;
  }

  function addInitializers(graph: OnnxGraph, scope: Scope): void {
    for (const record of graph.initializers) {
      if (record.name === '') continue;
      tensors.set(define(scope, record.name), { record, values: null, node: null });
    }
  }

  function stepsOf(nodes: readonly OnnxNode[], scope: Scope): GraphStep[] {
    // Names are defined first: nodes may be in any order.
    for (const { outputs } of nodes) {
      for (const name of outputs) {
        if (name !== '') define(scope, name);
      }
    }
    return nodes.flatMap((node) => about(labelOf(node), () => stepsOfNode(node, scope)));
  }

  function stepsOfNode(node: OnnxNode, scope: Scope): GraphStep[] {
    const { domain, op } = node;
    spend(1 + node.inputs.length + node.outputs.length + node.attributes.size);
    const values = resolvedAttributes(node.attributes, scope.given);
    const attributes = attributesOf(values, source);
    const inputs = node.inputs.map((name) => nameIn(scope, name));
    const outputs = node.outputs.map((name) => nameIn(scope, name));
    const called = functions.get(functionKey({ ...node, name: op }));
    if (called) {
      spend(called.inputs.length + called.defaults.size + called.opsets.size + scope.opsets.size);
      const name = node.name || node.outputs.find((each) => each !== '') || op;
      const inner = functionScope(called, scope, name, inputs, values);
      const steps = stepsOf(called.nodes, inner);
      const found = called.outputs.slice(0, outputs.length).map((each) => nameIn(inner, each));
      return [...steps, ...namedSteps(found, outputs, node, scope)];
    }
    if (domain === '' && op === 'Constant') {
      if (outputs[0]) tensors.set(outputs[0], constantTensor(node, attributes));
      return [];
    }
    const opset = scope.opsets.get(domain) ?? (domain === '' ? undefined : 1);
    if (opset === undefined) {
      throw invalid('the model does not say the version of its operators', 'Export it again', {
        param: 'bytes',
      });
    }
    const label = labelOf(node);
    const step: GraphStep = { op, domain, opset, label, inputs, outputs, attributes };
    return domain === '' && op === 'If' ? stepsOfIf(step, node, scope) : [step];
  }

  function stepsOfIf(step: GraphStep, node: OnnxNode, scope: Scope): GraphStep[] {
    const branch = (attribute: string): Branch => {
      const graph = step.attributes.graph(attribute);
      if (!graph) {
        throw invalid(`it lacks '${attribute}'`, 'Export the model again', { param: attribute });
      }
      const inner = branchScope(scope);
      addInitializers(graph, inner);
      const steps = sortSteps(stepsOf(graph.nodes, inner), []);
      return { steps, outputs: graph.outputs.map(({ name }) => nameIn(inner, name)) };
    };
    const known = tensors.get(step.inputs[0]);
    if (!known) {
      const branches = [branch('then_branch'), branch('else_branch')] as const;
      for (const { outputs } of branches) assertOutputs(outputs, step.outputs);
      return [{ ...step, branches }];
    }
    const [condition] = Array.from(known.values?.data ?? hostValues(source, known.record!).data);
    const taken = branch(condition ? 'then_branch' : 'else_branch');
    return [...taken.steps, ...namedSteps(taken.outputs, step.outputs, node, scope)];
  }

  const scope = graphScope(model.opsets);
  addInitializers(model.graph, scope);
  // Before IR version 4, initializers are listed as inputs too.
  const inputs = model.graph.inputs.filter(({ name }) => !scope.made.has(name));
  for (const { name } of inputs) define(scope, name);
  const steps = stepsOf(model.graph.nodes, scope);
  for (const { name } of model.graph.outputs) {
    if (name !== '' && scope.made.has(name)) continue;
    throw invalid(`output '${name}' is made by no node`, 'Export the model again', { param: name });
  }
  return {
    inputs,
    outputs: model.graph.outputs,
    steps: sortSteps(steps, [...tensors.keys(), ...inputs.map(({ name }) => name)]),
    tensors,
  };
}

/** The key of a function, and of the operator that calls it. */
function functionKey({
  domain,
  name,
  overload,
}: Pick<OnnxFunction, 'domain' | 'name' | 'overload'>): string {
  return JSON.stringify([domain, name, overload]);
}

/** A node in words: `node 'conv1' (Conv)`. */
function labelOf({ name, op, domain, outputs }: OnnxNode): string {
  const known = name || outputs.find((each) => each !== '') || '';
  return `node '${known}' (${domain === '' ? op : `${domain}.${op}`})`;
}

/** Steps that give the values of a function or a branch the names that they have outside. */
function namedSteps(
  found: readonly string[],
  outputs: readonly string[],
  node: OnnxNode,
  { opsets }: Scope,
): GraphStep[] {
  assertOutputs(found, outputs);
  const like = { opset: opsets.get('') ?? 1, label: labelOf(node) };
  return outputs.flatMap((name, i) =>
    name === '' ? [] : [madeStep(like, 'Identity', [found[i]], [name])],
  );
}

/** Throws unless a function or a branch makes each output. */
function assertOutputs(found: readonly string[], outputs: readonly string[]): void {
  const missing = outputs.find((name, i) => name !== '' && !found[i]);
  if (missing === undefined) return;
  throw invalid(`its output '${missing}' is not made inside`, 'Export the model again', {
    param: missing,
  });
}

/** Attributes with those of the function's call in place of references. A reference to one not given is left out. */
function resolvedAttributes(
  attributes: ReadonlyMap<string, OnnxAttribute>,
  given: ReadonlyMap<string, OnnxAttribute>,
): ReadonlyMap<string, OnnxAttribute> {
  const resolved = new Map<string, OnnxAttribute>();
  for (const [name, value] of attributes) {
    const isReference = typeof value === 'object' && 'reference' in value;
    const own = isReference ? given.get(value.reference) : value;
    if (own !== undefined) resolved.set(name, own);
  }
  return resolved;
}
