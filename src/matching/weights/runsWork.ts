import type { DescentStep } from './coordinateDescent';
import { familyOf, membersOf } from './family';
import { gramWork } from './gramWork';
import type { RunStates } from './matchJournal';
import type { PlannedMatch } from './prepareMatch';
import type { Term } from './term';
import { termsOn } from './termsOn';
import type { WorkMeter } from './workMeter';

/** Counts the work of the runs of a match by their steps. */
export interface RunsWork {
  /** Tells the meter of a step. */
  step(run: number, step: DescentStep): void;
}

/**
 * The work of runs: the grams of all groups that have to be solved before a run ends, if no group moves again. A group
 * that moves adds those that share a parameter with it. A run by Frank–Wolfe is expected to end with its next iteration.
 *
 * @param states - The states that the runs go on from.
 */
export function runsWork(
  { networks: { weights, resolved }, terms, runs }: PlannedMatch,
  states: RunStates,
  meter: WorkMeter,
): RunsWork {
  const names = resolved.groups.map(({ name }) => name);
  const costs = new Map(names.map((name) => [name, gramWork(weights, terms, name)]));
  const inside = new Map(
    names.map((name) => [
      name,
      membersOf(familyOf(resolved.groups, name)).map((each) => each.name),
    ]),
  );
  const neighbours = new Map(names.map((name) => [name, neighboursOf(terms, name)]));
  const workOf = (groups: Iterable<string>) => {
    let work = 0;
    for (const group of groups) work += costs.get(group)!;
    return work;
  };
  const workOfAll = workOf(names);
  /** By run, the groups to solve. */
  const pending = runs.map((_, at) => {
    const state = states[at];
    if (state && 'found' in state) return new Set<string>();
    const settled = new Set(state?.point.settled);
    return new Set(names.filter((name) => !settled.has(name)));
  });
  /** By run, the work of the groups to solve. Sums of integers do not drift. */
  const pendingWork = pending.map(workOf);
  /** By run, the iterations of Frank–Wolfe that are expected: each takes the grams of all groups. */
  const iterations = runs.map(({ method }, at): number =>
    method === 'frankWolfe' && !states[at] ? 2 : 0,
  );
  const left = () =>
    pendingWork.reduce((sum, work, at) => sum + work + iterations[at] * workOfAll, 0);
  meter.expect(left());
  return {
    step(run, { group, gain }) {
      iterations[run] = group === null ? 1 : 0;
      if (group === null) return meter.reach(workOfAll, left());
      const solved = workOf(inside.get(group)!.filter((name) => pending[run].delete(name)));
      pendingWork[run] -= solved;
      if (gain > 0) addPending(run, neighbours.get(group)!);
      meter.reach(solved, left());
    },
  };

  function addPending(run: number, groups: Iterable<string>): void {
    for (const group of groups) {
      if (pending[run].has(group)) continue;
      pending[run].add(group);
      pendingWork[run] += costs.get(group)!;
    }
  }
}

/** The groups that share a term with a group. */
function neighboursOf(terms: readonly Term[], group: string): Set<string> {
  const shared = termsOn(terms, [group]).flatMap(({ places }) =>
    places.map((place) => place.group),
  );
  return new Set(shared.filter((other) => other !== group));
}
