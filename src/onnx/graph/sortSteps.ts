import { invalid } from '../../errors';
import type { GraphStep } from './flatGraph';

/**
 * The steps in an order in which each follows the steps that make its inputs; the given order where it allows that.
 *
 * @param known - The names of values that exist before the first step.
 * @throws InvalidInputError when steps are in a cycle.
 */
export function sortSteps(steps: readonly GraphStep[], known: readonly string[]): GraphStep[] {
  const made = new Set(known);
  const makers = new Map(steps.flatMap((step) => step.outputs.map((name) => [name, step])));
  const sorted: GraphStep[] = [];
  const open = new Set<GraphStep>();
  const done = new Set<GraphStep>();
  for (const first of steps) {
    // Depth first with a stack of its own: graphs may be deeper than the call stack.
    const stack = [first];
    while (stack.length > 0) {
      const step = stack.at(-1)!;
      const needed = done.has(step)
        ? []
        : neededBy(step).flatMap((name) => (made.has(name) ? [] : (makers.get(name) ?? [])));
      const missing = needed.filter((each) => !done.has(each));
      if (missing.some((each) => open.has(each)) && open.has(step)) throw cycle(step);
      if (missing.length > 0) {
        open.add(step);
        for (const each of missing) stack.push(each);
        continue;
      }
      stack.pop();
      if (done.has(step)) continue;
      done.add(step);
      open.delete(step);
      sorted.push(step);
      for (const name of step.outputs) made.add(name);
    }
  }
  return sorted;
}

/** The names that a step reads, those of its branches included. */
export function neededBy({ inputs, branches }: GraphStep): readonly string[] {
  return [
    ...inputs.filter((name) => name !== ''),
    ...(branches ?? []).flatMap(({ steps, outputs }) => [...outputs, ...steps.flatMap(neededBy)]),
  ];
}

function cycle({ label, outputs }: GraphStep) {
  return invalid(
    `${label} needs its own output '${outputs[0]}'`,
    'Export the model again: its graph has a cycle',
    { param: 'bytes' },
  );
}
