import type { FlatGraph, FlatTensor, GraphStep } from './flatGraph';

/**
 * The graph with each `Identity` of a tensor of the file replaced by a tensor of that name. PyTorch's exporter
 * merges tensors of equal values and leaves an Identity for each of the other names.
 */
export function nameAliases(graph: FlatGraph): FlatGraph {
  const tensors = new Map<string, FlatTensor>(graph.tensors);
  const isAlias = ({ op, domain, inputs, outputs }: GraphStep): boolean =>
    op === 'Identity' && domain === '' && tensors.has(inputs[0]) && outputs[0] !== '';
  const steps = graph.steps.filter((step) => {
    if (!isAlias(step)) return true;
    tensors.set(step.outputs[0], { ...tensors.get(step.inputs[0])!, aliasOf: step.inputs[0] });
    return false;
  });
  return { ...graph, steps, tensors };
}
