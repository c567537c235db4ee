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
import { type HostArray, hostArray } from '../values/hostArray';
import { type Attributes, attributesOf } from './attributes';
import type { Branch, FlatGraph, FlatTensor, GraphStep } from './flatGraph';
import { sortSteps } from './sortSteps';

/** The most steps of a graph after functions are replaced by their nodes. Nested functions multiply them. */
const MOST_STEPS = 500_000;

/** The names of a graph or a function in the flat graph, by their names in it. */
type Names = Map<string, string>;

/** Nodes with the names, attributes and operator versions that are valid around them. */
interface Scope {
  readonly names: Names;
  /** Put before the names of values made in it. */
  readonly prefix: string;
  readonly opsets: ReadonlyMap<string, number>;
  /** The attributes of the call of a function. */
  readonly given: ReadonlyMap<string, OnnxAttribute>;
  /** The functions around it. */
  readonly around: readonly OnnxFunction[];
  /** The names that its own nodes make. */
  readonly made: Set<string>;
}

/**
 * The steps of a model's graph, with local functions inlined, branches of an `If` on a constant taken, and
 * constants listed apart.
 *
 * @throws InvalidInputError when names are missing or made twice, steps are in a cycle, or functions call
 * themselves.
 */
export function flattenGraph(model: OnnxModel, source: TensorSource): FlatGraph {
  const tensors = new Map<string, FlatTensor>();
  const functions = new Map(model.functions.map((each) => [`${each.domain}:${each.name}`, each]));
  const defined = new Set<string>();
  let count = 0;

  function define(scope: Scope, name: string): string {
    let unique = scope.prefix + name;
    for (let k = 2; defined.has(unique); k++) unique = `${scope.prefix}${name}:${k}`;
    defined.add(unique);
    scope.names.set(name, unique);
    return unique;
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
        if (name === '') continue;
        if (scope.made.has(name)) {
          throw invalid(`two nodes make the value '${name}'`, 'Export the model again', {
            param: name,
          });
        }
        define(scope, name);
        scope.made.add(name);
      }
    }
    return nodes.flatMap((node) => about(labelOf(node), () => stepsOfNode(node, scope)));
  }

  function nameIn(scope: Scope, name: string): string {
    if (name === '') return '';
    const found = scope.names.get(name);
    if (found !== undefined) return found;
    throw invalid(
      `input '${name}' is made by no node, and is neither an input nor an initializer`,
      'Export the model again, or pass its whole file',
      { param: name },
    );
  }

  function stepsOfNode(node: OnnxNode, scope: Scope): GraphStep[] {
    count++;
    if (count > MOST_STEPS) {
      throw invalid(
        `the graph has more than ${MOST_STEPS} nodes with its functions inlined`,
        'Export a smaller model',
        { param: 'bytes' },
      );
    }
    const values = resolvedAttributes(node.attributes, scope.given);
    const attributes = attributesOf(values, source);
    const inputs = node.inputs.map((name) => nameIn(scope, name));
    const outputs = node.outputs.map((name) => (name === '' ? '' : scope.names.get(name)!));
    const called = functions.get(`${node.domain}:${node.op}`);
    if (called) return stepsOfFunction(called, node, values, inputs, outputs, scope);
    if (node.domain === '' && node.op === 'Constant') {
      if (outputs[0]) tensors.set(outputs[0], constantOf(node, attributes));
      return [];
    }
    const opset = scope.opsets.get(node.domain) ?? (node.domain === '' ? undefined : 1);
    if (opset === undefined) {
      throw invalid('the model does not say the version of its operators', 'Export it again', {
        param: 'bytes',
      });
    }
    const step: GraphStep = {
      op: node.op,
      domain: node.domain,
      opset,
      label: labelOf(node),
      inputs,
      outputs,
      attributes,
    };
    return node.domain === '' && node.op === 'If' ? stepsOfIf(step, scope) : [step];
  }

  function stepsOfFunction(
    called: OnnxFunction,
    node: OnnxNode,
    values: ReadonlyMap<string, OnnxAttribute>,
    inputs: readonly string[],
    outputs: readonly string[],
    scope: Scope,
  ): GraphStep[] {
    if (scope.around.includes(called)) {
      throw invalid(`function '${called.name}' calls itself`, 'Export the model again', {
        param: 'bytes',
      });
    }
    const names: Names = new Map(called.inputs.map((name, i) => [name, inputs[i] ?? '']));
    const inner: Scope = {
      names,
      prefix: `${scope.prefix}${node.name || node.outputs[0] || called.name}/`,
      opsets: new Map([...scope.opsets, ...called.opsets]),
      given: new Map([...called.defaults, ...values]),
      around: [...scope.around, called],
      made: new Set(),
    };
    const steps = stepsOf(called.nodes, inner);
    // The outputs get their names outside by steps of their own.
    const ends = called.outputs
      .slice(0, outputs.length)
      .flatMap((name, i) =>
        outputs[i] === ''
          ? []
          : [identityStep(nameIn(inner, name), outputs[i], labelOf(node), scope)],
      );
    return [...steps, ...ends];
  }

  function stepsOfIf(step: GraphStep, scope: Scope): GraphStep[] {
    const branch = (attribute: string): Branch => {
      const graph = step.attributes.graph(attribute);
      if (!graph) {
        throw invalid(`it lacks '${attribute}'`, 'Export the model again', { param: attribute });
      }
      const inner: Scope = { ...scope, names: new Map(scope.names), made: new Set() };
      addInitializers(graph, inner);
      const steps = sortSteps(stepsOf(graph.nodes, inner), []);
      return { steps, outputs: graph.outputs.map(({ name }) => nameIn(inner, name)) };
    };
    const known = tensors.get(step.inputs[0]);
    if (!known) {
      return [{ ...step, branches: [branch('then_branch'), branch('else_branch')] }];
    }
    const [condition] = Array.from(known.values?.data ?? hostValues(source, known.record!).data);
    const taken = branch(condition ? 'then_branch' : 'else_branch');
    const ends = step.outputs.flatMap((name, i) =>
      name === '' ? [] : [identityStep(taken.outputs[i], name, step.label, scope)],
    );
    return [...taken.steps, ...ends];
  }

  const scope: Scope = {
    names: new Map(),
    prefix: '',
    opsets: model.opsets,
    given: new Map(),
    around: [],
    made: new Set(),
  };
  addInitializers(model.graph, scope);
  // Before IR version 4, initializers are listed as inputs too.
  const inputs = model.graph.inputs.filter(({ name }) => !scope.names.has(name));
  for (const { name } of inputs) define(scope, name);
  const steps = stepsOf(model.graph.nodes, scope);
  for (const { name } of model.graph.outputs) {
    if (scope.names.has(name)) continue;
    throw invalid(`output '${name}' is made by no node`, 'Export the model again', { param: name });
  }
  return {
    inputs,
    outputs: model.graph.outputs,
    steps: sortSteps(steps, [...tensors.keys(), ...inputs.map(({ name }) => name)]),
    tensors,
  };
}

/** A node in words: `node 'conv1' (Conv)`. */
function labelOf({ name, op, domain, outputs }: OnnxNode): string {
  return `node '${name || outputs[0]}' (${domain === '' ? op : `${domain}.${op}`})`;
}

function identityStep(from: string, to: string, label: string, { opsets }: Scope): GraphStep {
  return {
    op: 'Identity',
    domain: '',
    opset: opsets.get('') ?? 1,
    label,
    inputs: [from],
    outputs: [to],
    attributes: attributesOf(new Map(), { bytes: new Uint8Array(), externalData: {} }),
  };
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

/** The tensor of a Constant node. */
function constantOf(node: OnnxNode, attributes: Attributes): FlatTensor {
  const record = attributes.record('value');
  if (record) return { record, values: null, node };
  return { record: null, values: listedConstant(attributes), node };
}

function listedConstant(attributes: Attributes): HostArray {
  for (const [name, dtype] of [
    ['value_float', 'float32'],
    ['value_int', 'int32'],
  ] as const) {
    const value = attributes.number(name, undefined);
    if (value !== undefined) return hostArray(dtype, [], [value]);
    const list = attributes.numbers(`${name}s`, undefined);
    if (list) return hostArray(dtype, [list.length], list);
  }
  throw invalid('its constant is not a tensor of numbers', 'Export the model without it', {
    param: 'value',
  });
}
