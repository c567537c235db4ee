import type { Movement } from './movement';

/** The error of each output, by its name. */
export type Errors = Readonly<Record<string, number>>;

/** The errors of the outputs when the given groups move. */
export type Measure = (movement: Movement, groups: readonly string[]) => Promise<Errors>;

/** The effect of movements on the outputs. */
export interface Faults {
  /** The largest error of each output over the movements. */
  readonly worst: Errors;
  /** The groups that change outputs, each with the errors of moving it alone. */
  readonly faults: ReadonlyMap<string, Errors>;
}

/** The groups that change outputs. Each movement is tried as a whole, without the groups found before. */
export async function findFaults(
  movements: readonly Movement[],
  tolerance: number,
  measure: Measure,
): Promise<Faults> {
  const worst: Record<string, number> = {};
  const faults = new Map<string, Errors>();
  for (const movement of movements) {
    const moved = [...movement.keys()].filter((name) => !faults.has(name));
    if (moved.length === 0) continue;
    const errors = await measure(movement, moved);
    for (const [name, error] of Object.entries(errors)) {
      worst[name] = Math.max(worst[name] ?? 0, error);
    }
    const found = await halve(moved, errors, tolerance, (some) => measure(movement, some));
    for (const [group, each] of found) faults.set(group, each);
  }
  return { worst, faults };
}

/** The groups that change the outputs, found by halving. */
async function halve(
  groups: readonly string[],
  errors: Errors,
  tolerance: number,
  measure: (groups: readonly string[]) => Promise<Errors>,
): Promise<[string, Errors][]> {
  if (Object.values(errors).every((error) => error <= tolerance)) return [];
  if (groups.length === 1) return [[groups[0], errors]];
  const middle = groups.length >> 1;
  const faults: [string, Errors][] = [];
  for (const half of [groups.slice(0, middle), groups.slice(middle)]) {
    faults.push(...(await halve(half, await measure(half), tolerance, measure)));
  }
  // If only both halves together change the outputs, all groups are at fault.
  return faults.length > 0 ? faults : groups.map((name) => [name, errors]);
}
