import type { CellPlan } from './connectivityCell';
import { cellKey } from './createCells';

/** The cells of a report. The plan always includes the whole matrix, so that its cells may be passed as finished. */
export function simultaneousPlan(
  steps: readonly number[],
  {
    from,
    matrix,
    given,
    ...settings
  }: {
    readonly from: number;
    readonly matrix: boolean;
    readonly given: readonly string[];
    readonly points: number;
    readonly baseline: string;
  },
): Map<string, CellPlan> {
  const plan = new Map<string, CellPlan>();
  const found: CellPlan = { kind: 'permutations', settings: {}, needed: true };
  const barrier: CellPlan = { kind: 'barrier', settings, needed: true };
  for (const name of given) plan.set(cellKey('given', name), found);
  for (const [t, step] of steps.entries()) {
    plan.set(cellKey('unmatched', step), barrier);
    plan.set(cellKey('permutations', step), found);
    for (const [s, other] of steps.entries()) {
      const needed = matrix || s === from || s === t;
      plan.set(cellKey('matched', other, step), { ...barrier, needed });
    }
    for (const name of given) plan.set(cellKey('given', name, step), barrier);
  }
  return plan;
}
