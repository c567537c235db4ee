import { composePermutations, invertPermutations, type Permutations } from '../../permutation';
import type { FoundMatch } from '../matchResult';
import { sideBySide } from '../weights/sideBySide';
import { type ManyRun, type Visit, visit } from './visit';

/**
 * The start of a joint match.
 *
 * - `chain`: each network is matched to the sum of the networks before it, from the reference on.
 * - `star`: each network is matched to the reference.
 * - `bestReference`: all pairs are matched, and the star of the network with the greatest sum of objectives is
 *   taken.
 * - `identity`: no network is moved.
 */
export type ManyStart = 'chain' | 'star' | 'bestReference' | 'identity';

/**
 * The permutations from which a run starts, of each network in one frame.
 *
 * @param initial - The permutations from which the matches start.
 */
export async function startPermutations(
  run: ManyRun,
  start: ManyStart,
  reference: number,
  initial: readonly Permutations[],
): Promise<readonly Permutations[]> {
  if (start === 'star') return star(run, reference, initial);
  if (start === 'chain') return chain(run, reference, initial);
  if (start === 'bestReference') return bestStar(run, initial);
  return initial;
}

async function star(
  run: ManyRun,
  reference: number,
  initial: readonly Permutations[],
): Promise<Permutations[]> {
  const others = [...initial.keys()].filter((k) => k !== reference);
  const found = await matchesTo(run, reference, others, initial);
  const permutations = [...initial];
  for (const [i, k] of others.entries()) permutations[k] = found[i].permutations;
  return permutations;
}

async function chain(
  run: ManyRun,
  reference: number,
  initial: readonly Permutations[],
): Promise<Permutations[]> {
  const { networks, settings } = run;
  const permutations = [...initial];
  const order = [reference, ...[...initial.keys()].filter((k) => k !== reference)];
  const sum = networks.emptySum();
  try {
    for (const [at, k] of order.entries()) {
      await settings.yieldPoint();
      const network = await networks.open(k);
      try {
        if (at > 0) {
          const pair = sum.against(network, null);
          const found = await visit(run, pair, startVisit(run, run.matches++, k, initial[k]));
          permutations[k] = found.permutations;
        }
        await sum.add(network, permutations[k]);
      } finally {
        network.dispose();
      }
    }
    return permutations;
  } finally {
    sum.dispose();
  }
}

/** The best star. Its centre keeps its permutations. */
async function bestStar(
  run: ManyRun,
  initial: readonly Permutations[],
): Promise<readonly Permutations[]> {
  const count = initial.length;
  /** By pair, moves[i][j] moves network j onto network i. */
  const moves: Permutations[][] = initial.map(() => []);
  const totals = new Float64Array(count);
  for (let i = 0; i < count - 1; i++) {
    const later = Array.from({ length: count - 1 - i }, (_, after) => i + 1 + after);
    const back = invertPermutations(initial[i]);
    const own = initial.map((p) => composePermutations(p, back));
    const found = await matchesTo(run, i, later, own);
    for (const [at, j] of later.entries()) {
      const { permutations, objective } = found[at];
      moves[i][j] = permutations;
      moves[j][i] = invertPermutations(permutations);
      totals[i] += objective;
      totals[j] += objective;
    }
  }
  const centre = totals.indexOf(Math.max(...totals));
  return initial.map((p, k) =>
    k === centre ? p : composePermutations(moves[centre][k], initial[centre]),
  );
}

/** Matches networks to one that stays as it is, side by side on threads if there are any. */
async function matchesTo(
  run: ManyRun,
  centre: number,
  others: readonly number[],
  initial: readonly Permutations[],
): Promise<FoundMatch[]> {
  const { networks, settings } = run;
  const { threads, signal, yieldPoint } = settings;
  const first = run.matches;
  run.matches += others.length;
  await yieldPoint();
  const fixed = await networks.open(centre);
  try {
    const tasks = [...others.entries()];
    return await sideBySide(tasks, threads, signal, async ([at, k], ownSignal) => {
      const network = await networks.open(k);
      try {
        const pair = networks.pair(fixed, network);
        return await visit(run, pair, startVisit(run, first + at, k, initial[k]), ownSignal);
      } finally {
        network.dispose();
      }
    });
  } finally {
    fixed.dispose();
  }
}

/** A match for the start of a run: of the first from its best start, of others from random permutations. */
function startVisit(
  { restart }: ManyRun,
  match: number,
  network: number,
  initial: Permutations,
): Visit {
  const from = restart === 0 ? null : 'random';
  return {
    pass: 0,
    network,
    match,
    initial,
    from,
    method: 'frankWolfe',
    isSearched: false,
    before: null,
  };
}
