import type { Permutations } from '../../permutation';
import { sumOf } from './sumOf';
import { type ManyRun, visit } from './visit';

/** The result of one run of a joint match. */
export interface Ascent {
  /** Of each network, in any frame. */
  readonly permutations: readonly Permutations[];
  /** Σ_{i<j} ⟨Xᵢ, Xⱼ⟩. */
  readonly objective: number;
  /** The objective at the start and after each visit. */
  readonly history: readonly number[];
  readonly passes: number;
  readonly converged: boolean;
}

/**
 * Raises S = Σ_{i<j} ⟨Xᵢ, Xⱼ⟩ one network at a time: with the others held, S is the objective of a match of the
 * network to R = T − X, the sum of the others, plus a constant. The match starts from the present permutations, so
 * S never falls. It ends after a pass in which no network moved. A fixed point counts only if the sum T has been
 * added up anew since the last move.
 *
 * A network is not visited again while no other has moved. With a search, every network is searched once at the first
 * fixed point, and the ascent goes on.
 *
 * @param nextOrder - The order of the networks in the next pass.
 */
export async function ascend(
  run: ManyRun,
  start: readonly Permutations[],
  maxPasses: number,
  nextOrder: () => Iterable<number>,
): Promise<Ascent> {
  const { networks, settings } = run;
  const permutations = [...start];
  /** For each network the number of moves when its last visit ended at a fixed point. */
  const settledAt = permutations.map(() => -1);
  let moves = 0;
  let passes = 0;
  let converged = false;
  let current = await sumOf(networks, permutations, settings.yieldPoint);
  let { objective } = current;
  let isFresh = true;
  let isSearched = false;
  const history = [objective];
  try {
    while (!converged && passes < maxPasses) {
      passes++;
      if (await pass(false)) continue;
      converged = isFresh || (await renewSum());
      if (!converged || settings.search === null || isSearched) continue;
      isSearched = true;
      converged = !(await pass(true));
    }
    if (!isFresh) await renewSum();
    return { permutations, objective: current.objective, history, passes, converged };
  } finally {
    current.sum.dispose();
  }

  /** Visits every network once, and may search at each. Returns true if one of them moved. */
  async function pass(withSearch: boolean): Promise<boolean> {
    const before = moves;
    for (const k of nextOrder()) {
      if (withSearch || settledAt[k] !== moves) await visitNetwork(k, withSearch);
    }
    return moves > before;
  }

  async function visitNetwork(k: number, withSearch: boolean): Promise<void> {
    await settings.yieldPoint();
    const network = await networks.open(k);
    try {
      const initial = permutations[k];
      const pair = current.sum.against(network, initial);
      const found = await visit(run, pair, {
        ...{ pass: passes, network: k, match: run.matches++ },
        ...{ initial, from: 'initial', before: objective },
        method: passes === 1 ? settings.visitMethod : 'coordinateDescent',
        isSearched: withSearch,
      });
      const { history: course } = found;
      // A rise by the grams counts if the objective, computed anew, has risen.
      if (found.objective > course[0]) {
        await current.sum.move(network, permutations[k], found.permutations);
        permutations[k] = found.permutations;
        objective += Math.max(0, course.at(-1)! - course[0]);
        isFresh = false;
        moves++;
      }
      if (found.converged) settledAt[k] = moves;
      history.push(objective);
    } finally {
      network.dispose();
    }
  }

  /** Adds the sum up anew. Returns true if it agrees with the sum that was kept. */
  async function renewSum(): Promise<boolean> {
    const kept = current;
    current = await sumOf(networks, permutations, settings.yieldPoint);
    const agrees = await current.sum.agrees(kept.sum);
    kept.sum.dispose();
    isFresh = true;
    if (!agrees) settledAt.fill(-1);
    return agrees;
  }
}
