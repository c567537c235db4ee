import { assertNames, listNames, nearestNames } from '../checks';
import { invalid } from '../errors';
import { adviceWithout } from './adviceWithout';
import type { GraphModelLike } from './graphModelLike';
import { isAsynchronous, isSelection } from './graphSection';
import { modelGraph, nodeNamed } from './modelGraph';

/** Throws unless the graph has a node of each name. `option` is where the names were given. */
export function assertGraphNames(
  model: GraphModelLike,
  option: 'outputs' | 'input',
  names: readonly string[],
): void {
  assertNames(option, names, 'Pass the names of nodes, in an array');
  if (names.length === 0) {
    throw invalid(`${option} names no node`, `Name at least one node, or leave ${option} out`, {
      param: option,
    });
  }
  const graph = modelGraph(model);
  if (!graph) return;
  const { signature, nodes } = graph;
  const aliases = signature?.[option === 'outputs' ? 'outputs' : 'inputs'] ?? {};
  const unknown = names.find((name) => !Object.hasOwn(aliases, name) && !nodeNamed(graph, name));
  if (unknown === undefined) return;
  const weights = new Set(Object.keys(model.weights));
  const known = Object.keys(nodes).filter((name) => !weights.has(name));
  const own = (option === 'outputs' ? graph.outputs : graph.inputs).map(({ name }) => name);
  const advice = adviceWithout((node) => isAsynchronous(node) || isSelection(node), model, graph);
  throw invalid(
    `${option} has '${unknown}', which is not a node of the graph`,
    `The nearest names are ${listNames(nearestNames(unknown, known))}, the model's own ${option === 'outputs' ? 'outputs' : 'inputs'} ${listNames(own)}${advice ? `. To leave out nodes that select or only run asynchronously, pass ${advice}` : ''}`,
    { param: option, received: unknown },
  );
}
