import type { GraphModelLike } from './graphModelLike';

/** A node of a model's graph, as tfjs-converter keeps it. */
export interface GraphNode {
  readonly name: string;
  /** The operation, such as `Conv2D` or `NonMaxSuppressionV5`. */
  readonly op: string;
  /** The kind of operation, such as `control`, `dynamic` or `convolution`. */
  readonly category: string;
  readonly inputs: readonly GraphNode[];
  /** The nodes that take its output. */
  readonly children: readonly GraphNode[];
}

/** The graph of a model. */
export interface ModelGraph {
  readonly nodes: Readonly<Record<string, GraphNode>>;
  /** The placeholders. */
  readonly inputs: readonly GraphNode[];
  /** The nodes at which the model ends. */
  readonly outputs: readonly GraphNode[];
  /** The names that a SavedModel gives to inputs and outputs. */
  readonly signature?: Readonly<
    Record<'inputs' | 'outputs', Readonly<Record<string, unknown>> | null | undefined>
  >;
}

/** The graph of a model; null if the model does not expose it. */
export function modelGraph(model: GraphModelLike): ModelGraph | null {
  const { executor } = model as { executor?: { graph?: Partial<ModelGraph> } };
  const { nodes, inputs, outputs } = executor?.graph ?? {};
  return nodes && inputs && outputs ? (executor!.graph as ModelGraph) : null;
}

/** The node of a name such as `scores` or `topk:1`; undefined if there is none. */
export function nodeNamed({ nodes }: ModelGraph, name: string): GraphNode | undefined {
  const own = name.replace(/:\d+$/, '');
  return Object.hasOwn(nodes, own) ? nodes[own] : undefined;
}

/** The nodes that lead to `from`, including `from`. The walk stops at the nodes in `ends`. */
export function upstream(
  from: Iterable<GraphNode>,
  ends: ReadonlySet<GraphNode> = new Set(),
): Set<GraphNode> {
  return reached(from, ends, ({ inputs }) => inputs);
}

/** The nodes that `from` leads to, including `from`. The walk stops at the nodes in `ends`. */
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
