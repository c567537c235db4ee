import type { Program } from './program';
import { neededBy } from './sortSteps';

/** The number of steps that read each value, and of outputs that are it. */
export function countUses({
  steps,
  outputs,
}: Pick<Program, 'steps' | 'outputs'>): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const name of [...outputs, ...steps.flatMap((step) => [...new Set(neededBy(step))])]) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}
