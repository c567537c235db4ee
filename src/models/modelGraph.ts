import type { GraphModelLike } from './graphModelLike';

/** A node of a model's graph, as tfjs-converter keeps it. */
export interface GraphNode {
  readonly name: string;
  /** `Conv2D`, `NonMaxSuppressionV5`, … */
  readonly op: string;
  /** What kind of operation it is: `control`, `dynamic`, `convolution`, … */
  readonly category: string;
  readonly inputs: readonly GraphNode[];
  /** The nodes that take it. */
  readonly children: readonly GraphNode[];
}

/** The graph of a model. */
export interface ModelGraph {
  readonly nodes: Readonly<Record<string, GraphNode>>;
  /** The placeholders. */
  readonly inputs: readonly GraphNode[];
  /** The nodes at which the model ends. */
  readonly outputs: readonly GraphNode[];
  /** Other names of inputs and outputs, which a SavedModel gives them. */
  readonly signature?: Readonly<
    Record<'inputs' | 'outputs', Readonly<Record<string, unknown>> | null | undefined>
  >;
}

/** The graph of a model; null where the model does not show it. */
export function modelGraph(model: GraphModelLike): ModelGraph | null {
  const { executor } = model as { executor?: { graph?: Partial<ModelGraph> } };
  const { nodes, inputs, outputs } = executor?.graph ?? {};
  return nodes && inputs && outputs ? (executor!.graph as ModelGraph) : null;
}

/** The node of a name such as `scores` or `topk:1`, undefined where there is none. */
export function nodeNamed({ nodes }: ModelGraph, name: string): GraphNode | undefined {
  const own = name.replace(/:\d+$/, '');
  return Object.hasOwn(nodes, own) ? nodes[own] : undefined;
}

/** The nodes that lead to some nodes, these included; what is behind the nodes in `ends` is left out. */
export function upstream(
  from: Iterable<GraphNode>,
  ends: ReadonlySet<GraphNode> = new Set(),
): Set<GraphNode> {
  return reached(from, ends, ({ inputs }) => inputs);
}

/** The nodes that some nodes lead to, these included; what is behind the nodes in `ends` is left out. */
export function downstream(
  from: Iterable<GraphNode>,
  ends: ReadonlySet<GraphNode> = new Set(),
): Set<GraphNode> {
  return reached(from, ends, ({ children }) => children);
}

function reached(
  from: Iterable<GraphNode>,
  ends: ReadonlySet<GraphNode>,
  next: (node: GraphNode) => readonly GraphNode[],
): Set<GraphNode> {
  const found = new Set(from);
  for (const node of found) {
    if (ends.has(node)) continue;
    for (const other of next(node)) found.add(other);
  }
  return found;
}
