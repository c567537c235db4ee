import { listNames } from '../../checks';
import { about, invalid } from '../../errors';
import type { Branch, FlatGraph, FlatTensor, GraphStep } from './flatGraph';
import { isFloat } from './isFloat';
import { operatorName } from './operatorName';

/**
 * Graphs of one architecture with the same names for their tensors. Exporters merge tensors of equal values, so
 * that one file has one tensor where another has several; where any of the graphs has several, all do. The first
 * use of a tensor keeps its name, the others get {@link nameOfUse}. Names are those of the first graph.
 *
 * @throws InvalidInputError when the graphs have other steps, or weights of other shapes.
 */
export function separateUses(graphs: readonly FlatGraph[]): FlatGraph[] {
  const lists = graphs.map(({ steps }) => allSteps(steps));
  for (const [k, list] of lists.entries()) {
    if (k > 0) about(`file ${k}`, () => assertSameSteps(lists[0], list));
  }
  const tensors = graphs.map(({ tensors }) => new Map(tensors));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const [i, step] of lists[0].entries()) {
    for (const k of step.inputs.keys()) {
      const own = lists.map((list) => list[i].inputs[k]);
      const found = own.map((name, at) => graphs[at].tensors.get(name));
      if (found.every((tensor) => tensor === undefined)) continue;
      assertTensors(step, k, own, found);
      if (!isFloat(found[0]!)) continue;
      const key = own.join('\0');
      const name = names.get(key) ?? (taken.has(own[0]) ? nameOfUse(own[0], step) : own[0]);
      names.set(key, name);
      taken.add(own[0]);
      for (const [at, tensor] of found.entries()) tensors[at].set(name, tensor!);
    }
  }
  return graphs.map((graph, at) => {
    const places = new Map(lists[at].map((step, i) => [step, i]));
    const renamed = (step: GraphStep): GraphStep => {
      const i = places.get(step)!;
      const inputs = step.inputs.map((name, k) => {
        const own = lists.map((list) => list[i].inputs[k]);
        return names.get(own.join('\0')) ?? name;
      });
      const branches = step.branches?.map(
        (branch): Branch => ({ ...branch, steps: branch.steps.map(renamed) }),
      ) as [Branch, Branch] | undefined;
      return { ...step, inputs, ...(branches ? { branches } : {}) };
    };
    return { ...graph, steps: graph.steps.map(renamed), tensors: tensors[at] };
  });
}

/** The name of one use of a tensor that several steps read: the tensor's name, and the output of the step. */
export function nameOfUse(tensor: string, { outputs }: Pick<GraphStep, 'outputs'>): string {
  return `${tensor}@${outputs.find((name) => name !== '')}`;
}

/** The steps of a graph with those of branches. */
function allSteps(steps: readonly GraphStep[]): GraphStep[] {
  return steps.flatMap((step) => [
    step,
    ...(step.branches ?? []).flatMap((branch) => allSteps(branch.steps)),
  ]);
}

function assertSameSteps(first: readonly GraphStep[], other: readonly GraphStep[]): void {
  const differing = first.findIndex(
    (step, i) =>
      !other[i] ||
      operatorName(step) !== operatorName(other[i]) ||
      step.inputs.length !== other[i].inputs.length,
  );
  if (differing < 0 && first.length === other.length) return;
  const at = differing < 0 ? first.length : differing;
  const [its, own] = [other, first].map((list) => list[at]?.label ?? 'no node');
  throw invalid(
    `the graph has ${its} where the first file has ${own}`,
    'Export both models by the same program with the same settings',
    { param: 'files' },
  );
}

function assertTensors(
  step: GraphStep,
  k: number,
  names: readonly string[],
  found: readonly (FlatTensor | undefined)[],
): void {
  const shapes = found.map((tensor) => (tensor?.record ?? tensor?.values)?.shape.join());
  const odd = shapes.findIndex((shape) => shape === undefined || shape !== shapes[0]);
  if (odd < 0) return;
  throw invalid(
    `input ${k} of ${step.label} is ${listNames(names)}, ${
      shapes.includes(undefined)
        ? 'a tensor in one file and computed in another'
        : `of shapes ${shapes.map((shape) => `[${shape}]`).join(' and ')}`
    }`,
    'Export models of the same architecture by the same program with the same settings',
    { param: names[0], received: shapes },
  );
}
