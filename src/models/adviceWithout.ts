import { listNames } from '../checks';
import type { GraphModelLike } from './graphModelLike';
import { type GraphSection, sectionsWithout } from './graphSection';
import { type GraphNode, type ModelGraph, upstream } from './modelGraph';

/** The largest number of sections that an error suggests. */
const SUGGESTED = 3;

/**
 * The `outputs` and `input` that leave out the nodes for which `isCause` is true, as text for an error. Empty if
 * the graph has no such node or no kernel remains.
 *
 * @param ends - The nodes at which the network ends. Default: the model's outputs.
 */
export function adviceWithout(
  isCause: (node: GraphNode) => boolean,
  model: GraphModelLike,
  graph: ModelGraph,
  ends: readonly GraphNode[] = graph.outputs,
): string {
  if (![...upstream(ends)].some(isCause)) return '';
  const sections = sectionsWithout(isCause, model, graph, ends).slice(0, SUGGESTED);
  return sections.map(inWords).join(', or ');
}

/** Nodes in an error: `Where, node 'where'`. */
export function nodesInWords(nodes: readonly GraphNode[]): string {
  const shown = nodes.slice(0, 3).map(({ op, name }) => `${op}, node '${name}'`);
  const more = nodes.length - shown.length;
  return more > 0 ? `${shown.join('; ')} and ${more} others` : shown.join('; ');
}

function inWords({ inputs, outputs }: GraphSection): string {
  const names = (nodes: readonly GraphNode[]) => nodes.map(({ name }) => name);
  return [
    ...(inputs.length > 0
      ? [
          `input: { ${names(inputs)
            .map((name) => `'${name}': tensor`)
            .join(', ')} }`,
        ]
      : []),
    ...(outputs.length > 0 ? [`outputs: [${listNames(names(outputs), 6)}]`] : []),
  ].join(' with ');
}
