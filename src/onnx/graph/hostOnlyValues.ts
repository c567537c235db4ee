import type { Operators } from '../operators/operator';
import type { GraphStep } from './flatGraph';
import { operatorName } from './operatorName';

/**
 * The names of the values of which only the host needs the elements: shapes, axes, scales of a resize, and what they
 * are computed from.
 *
 * @param ends - The names of values that leave the graph.
 */
export function hostOnlyValues(
  steps: readonly GraphStep[],
  ends: readonly string[],
  operators: Operators,
): Set<string> {
  const needed = new Set(ends);
  const read = new Set<string>();
  /** Notes the inputs of steps, last step first. */
  function note(list: readonly GraphStep[]): void {
    for (const step of [...list].reverse()) {
      const isNeeded = step.outputs.some((name) => needed.has(name) || !read.has(name));
      if (step.branches) {
        for (const { steps: inner, outputs } of step.branches) {
          for (const name of outputs) {
            read.add(name);
            if (isNeeded) needed.add(name);
          }
          note(inner);
        }
      }
      const onHost = operators[operatorName(step)]?.hostInputs ?? [];
      for (const [k, name] of step.inputs.entries()) {
        read.add(name);
        if (isNeeded && !onHost.includes(k)) needed.add(name);
      }
    }
  }
  note(steps);
  return new Set([...read].filter((name) => !needed.has(name)));
}
