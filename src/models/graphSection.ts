import type { GraphModelLike } from './graphModelLike';
import { graphWeights } from './graphWeights';
import { downstream, type GraphNode, type ModelGraph, upstream } from './modelGraph';

/** A part of a graph that runs synchronously and selects nothing. */
export interface GraphSection {
  /** The nodes at which it begins, whose values are given. Empty if it begins at the model's inputs. */
  readonly inputs: readonly GraphNode[];
  /** The nodes at which it ends. Empty if it ends at the requested outputs. */
  readonly outputs: readonly GraphNode[];
}

/** The largest number of nodes behind a cause that are tried as beginnings. */
const TRIED = 200;

/** True for nodes that tfjs executes asynchronously only: control flow, shapes that depend on values, hash tables. */
export function isAsynchronous({ category }: GraphNode): boolean {
  return category === 'control' || category === 'dynamic' || category === 'hash_table';
}

/** True for nodes whose output depends on the order of their input's values. */
export function isSelection({ op }: GraphNode): boolean {
  return /^(?:TopK(?:V2)?|ArgM(?:ax|in)|Unique(?:V2)?)$/.test(op);
}

/** True for nodes that only compare, round or forward values. A suggested end is the node before them. */
function passesOn(node: GraphNode): boolean {
  return (
    isSelection(node) ||
    /^(?:(?:Not)?Equal|(?:Greater|Less)(?:Equal)?|Logical\w+|Cast|Floor|Round|Shape|Size|Rank|Range|Identity|StopGradient|ZerosLike|OnesLike)$/.test(
      node.op,
    )
  );
}

/**
 * The sections of a graph without the nodes for which `isCause` is true: before these nodes, behind them, or
 * between them. Only the sections with the most kernels are returned, those that begin earlier first.
 */
export function sectionsWithout(
  isCause: (node: GraphNode) => boolean,
  model: GraphModelLike,
  graph: ModelGraph,
  ends: readonly GraphNode[],
): GraphSection[] {
  const kernels = kernelNodes(model, graph);
  const causes = [...upstream(ends)].filter(isCause);
  const behind = [...downstream(causes)].filter((node) => !isCause(node)).slice(0, TRIED);
  const used = upstream(ends);
  const found = [[], ...behind.filter((node) => used.has(node)).map((node) => [node])].flatMap(
    (inputs) => sectionFrom(inputs, isCause, kernels, ends),
  );
  const most = Math.max(...found.map(({ size }) => size));
  return found.filter(({ size }) => size === most).map(({ section }) => section);
}

/** The section that begins at these nodes, with the number of its kernels; empty if it has no kernel. */
function sectionFrom(
  inputs: readonly GraphNode[],
  isCause: (node: GraphNode) => boolean,
  kernels: ReadonlySet<GraphNode>,
  ends: readonly GraphNode[],
): { section: GraphSection; size: number }[] {
  const given = new Set(inputs);
  const causes = [...upstream(ends, given)].filter(isCause);
  const late = downstream(causes, given);
  /** The kernels before a node; empty if no section can end there. */
  const kernelsBefore = (node: GraphNode): GraphNode[] => {
    const before = upstream([node], given);
    const isFed = [...before].some((each) =>
      given.size > 0 ? given.has(each) : each.op === 'Placeholder',
    );
    return isFed ? [...before].filter((each) => kernels.has(each)) : [];
  };
  const outputs = new Set<GraphNode>();
  const tried = new Set(causes.length > 0 ? causes.flatMap((each) => each.inputs) : ends);
  for (const node of tried) {
    if (late.has(node) || given.has(node)) continue;
    if (causes.length > 0 && passesOn(node)) for (const before of node.inputs) tried.add(before);
    else if (kernelsBefore(node).length > 0) outputs.add(node);
  }
  const size = new Set([...outputs].flatMap(kernelsBefore)).size;
  if (size === 0) return [];
  return [{ section: { inputs, outputs: causes.length > 0 ? [...outputs] : [] }, size }];
}

/** The nodes of float32 weights with two axes or more. */
function kernelNodes(model: GraphModelLike, { nodes }: ModelGraph): Set<GraphNode> {
  const found = graphWeights(model).filter(({ list, place }) => list[place].rank >= 2);
  return new Set(found.flatMap(({ name }) => (Object.hasOwn(nodes, name) ? [nodes[name]] : [])));
}
