import type { Matcher } from '../matching';
import type { BarrierReport } from '../metrics';
import type { Comparison } from './comparison';
import type { CellOf } from './createCells';
import type { PlainPermutations } from './reports';
import { type StepCells, stepCells } from './stepCells';
import { type NamedSource, withNetworkSources } from './withNetworkSources';

/** Two sequences, and the settings of their measurement. */
export interface SequenceStudy {
  readonly comparison: Comparison;
  readonly cell: CellOf;
  readonly steps: readonly number[];
  /** The two networks of each step. */
  readonly pairs: readonly { readonly a: NamedSource; readonly b: NamedSource }[];
  /** The index of the step whose permutation is used at every step. */
  readonly from: number;
  readonly match: Matcher;
  /** The caller's permutations, used at every step. */
  readonly given: Readonly<Record<string, PlainPermutations>>;
}

/** The barriers and permutations of all steps. The arrays are filled as cells are finished. */
export interface MeasuredSteps {
  /** The barrier at each t without a permutation: [steps]. */
  readonly unmatched: BarrierReport[];
  /** The permutations found at each s: [steps]. */
  readonly permutations: PlainPermutations[];
  /** The barrier at t with the permutation found at s: `[s][t]`. Without the matrix, only s = t and s = `from`. */
  readonly matched: BarrierReport[][];
  /** The barrier at each t with each of the caller's permutations, by name: [steps]. */
  readonly given: Record<string, BarrierReport[]>;
}

/** Measures each step of two sequences, first that of index `from`. The matrix takes a second pass. */
export async function measureSteps(study: SequenceStudy, matrix: boolean): Promise<MeasuredSteps> {
  const { steps, from } = study;
  const measured: MeasuredSteps = {
    unmatched: [],
    permutations: [],
    matched: steps.map(() => []),
    given: Object.fromEntries(Object.keys(study.given).map((name) => [name, []])),
  };
  const others = [...steps.keys()].filter((t) => t !== from);
  for (const t of [from, ...others]) {
    await atStep(study, t, (cells) => measureStep(study, measured, t, cells));
  }
  for (const t of matrix ? steps.keys() : []) {
    await atStep(study, t, (cells) => measureAll(measured, t, cells));
  }
  return measured;
}

/** Runs work on the cells of a step; networks loaded in it are disposed afterwards. */
function atStep(
  { comparison, cell, steps, pairs }: SequenceStudy,
  t: number,
  work: (cells: StepCells) => Promise<void>,
): Promise<void> {
  return withNetworkSources(comparison.spec, comparison, (open) =>
    work(stepCells(comparison, cell, steps, t, { ...pairs[t], open })),
  );
}

/** Measures step t without a permutation, with those found at t and at `from`, and with the caller's. */
async function measureStep(
  { from, match, given }: SequenceStudy,
  measured: MeasuredSteps,
  t: number,
  cells: StepCells,
): Promise<void> {
  const { unmatched, permutations, matched } = measured;
  unmatched[t] = await cells.unmatched();
  permutations[t] = await cells.found(match);
  for (const s of new Set([t, from])) matched[s][t] = await cells.using(s, permutations[s]);
  for (const [name, plain] of Object.entries(given)) {
    measured.given[name][t] = await cells.usingGiven(name, plain);
  }
}

/** Measures step t with the permutations of all steps: a column of the matrix. */
async function measureAll(
  { permutations, matched }: MeasuredSteps,
  t: number,
  cells: StepCells,
): Promise<void> {
  for (const [s, found] of permutations.entries()) matched[s][t] = await cells.using(s, found);
}
