import type { WeightMatchResult } from '../../matching';
import type { MatchState } from '../../matching/internal';
import type { Permutations } from '../../permutation';
import { assertPermutations, identityOf, type ResolvedSpec } from '../../symmetry/internal';
import { assertStored } from './assertStored';
import { stateError } from './stateError';
import { type StoredLimits, storedMatchForm } from './storedMatchForm';

/** The state of a match, or its result. */
export interface StoredProgress {
  readonly state?: MatchState;
  readonly result?: WeightMatchResult;
}

/** The share of the greatest objective by which the last of a history may differ from the objective computed anew. */
const ROUNDING = 1e-4;

/**
 * Throws unless a state, or a result, from a file is one of a match of networks with these groups: every field has
 * its type and size, permutations are permutations, and no history falls or ends away from its objective.
 */
export function assertStoredMatch(
  { state, result }: StoredProgress,
  resolved: ResolvedSpec,
  limits: StoredLimits,
): void {
  const forms = storedMatchForm(resolved, limits);
  if (result !== undefined) {
    assertStored('result', result, forms.result);
    assertPermutations(resolved, result.permutations);
    assertCourse('result', result);
    assertBest(result);
    return;
  }
  assertStored('state', state, forms.state);
  const { first, bySignature, runs } = state!;
  for (const each of [bySignature, first?.initial]) assertCompleted(resolved, each);
  if (first === null && runs.length > 0) {
    throw stateError('state.first must not be null, because there are runs', null);
  }
  for (const [at, run] of runs.entries()) {
    if (run !== null) assertRun(`state.runs[${at}]`, run, resolved);
  }
}

function assertRun(
  at: string,
  run: NonNullable<MatchState['runs'][number]>,
  resolved: ResolvedSpec,
): void {
  if (Object.keys(run).length !== 1) throw stateError(`${at} must have a point or found`, run);
  if ('found' in run) {
    assertPermutations(resolved, run.found.permutations);
    assertCourse(`${at}.found`, run.found);
  } else {
    assertPermutations(resolved, run.point.permutations);
    assertRises(`${at}.point.history`, run.point.history);
  }
}

/** Throws unless permutations of some groups, with the identity for the others, fit the spec. */
function assertCompleted(resolved: ResolvedSpec, some: Permutations | undefined): void {
  if (some) assertPermutations(resolved, { ...identityOf(resolved), ...some });
}

/** Throws unless a history ends at the objective. */
function assertCourse(
  at: string,
  {
    objective,
    history,
    bound = 0,
  }: Pick<WeightMatchResult, 'objective' | 'history'> & { readonly bound?: number },
): void {
  assertRises(`${at}.history`, history);
  const rounding = ROUNDING * Math.max(Math.abs(bound), ...[history[0], objective].map(Math.abs));
  if (Math.abs(history.at(-1)! - objective) <= rounding) return;
  throw stateError(
    `${at}.objective is ${objective}, but its history ends at ${history.at(-1)}`,
    objective,
  );
}

/** Throws if the objective after a step is below that before it. */
function assertRises(at: string, history: readonly number[]): void {
  const fall = history.findIndex((objective, step) => objective < history[step - 1]);
  if (fall < 0) return;
  throw stateError(`${at} falls from ${history[fall - 1]} to ${history[fall]}`, history[fall]);
}

/** Throws unless the objective of a result is the greatest of its runs, or above them, and within the bound. */
function assertBest({ objective, bound, runs }: WeightMatchResult): void {
  const best = runs.reduce((most, run) => Math.max(most, run.objective), Number.NEGATIVE_INFINITY);
  const rounding = ROUNDING * Math.max(Math.abs(bound), Math.abs(objective));
  if (objective >= best - rounding && objective <= bound + rounding) return;
  throw stateError(
    `result.objective is ${objective}, but its runs reach ${best} and its bound is ${bound}`,
    objective,
  );
}
