import { invalid } from '../../errors';
import type { Permutations } from '../../permutation';
import type { Objective } from '../products/products';
import type { MatchState } from './matchJournal';
import { totalObjective } from './totalObjective';

/** The share of the bound on S within which S is computed again: float32 products, and sums of many gains. */
const ROUNDING = 1e-4;

/** Permutations from a file, and S as the file has it. */
export interface KnownObjective {
  /** The place of S in the file, for errors. */
  readonly at: string;
  readonly permutations: Permutations;
  readonly objective: number;
}

/**
 * Throws unless every objective is S of the permutations beside it. They are data from a file, and the best of them
 * becomes the result.
 *
 * @param bound - Σ_w |A_w||B_w|, the scale of rounding.
 * @param yieldPoint - Awaited before each is computed.
 */
export async function assertObjectives(
  known: readonly KnownObjective[],
  target: Objective,
  bound: number,
  yieldPoint: () => Promise<void>,
): Promise<void> {
  for (const { at, permutations, objective } of known) {
    await yieldPoint();
    const own = await totalObjective(target, permutations);
    if (Math.abs(own - objective) <= ROUNDING * bound) continue;
    throw invalid(
      `${at} is ${objective}, but S of its permutations is ${own}`,
      'Remove the file to match anew, or choose another path',
      { param: 'state', received: objective },
    );
  }
}

/** The objectives of a state. */
export function objectivesIn({ first, runs }: MatchState): KnownObjective[] {
  const start =
    first && first.objective !== null
      ? [
          {
            at: 'state.first.objective',
            permutations: first.initial,
            objective: first.objective,
          },
        ]
      : [];
  const ofRuns = runs.flatMap((run, at): KnownObjective[] => {
    if (run === null) return [];
    const place = `state.runs[${at}]`;
    if ('found' in run) return [{ at: `${place}.found.objective`, ...run.found }];
    const { permutations, history } = run.point;
    return [{ at: `the end of ${place}.point.history`, permutations, objective: history.at(-1)! }];
  });
  return [...start, ...ofRuns];
}
