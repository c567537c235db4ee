import type { Matcher } from '../matching';
import type { BarrierReport } from '../metrics';
import type { Comparison } from './comparison';
import type { CellOf } from './createCells';
import { type NamedSource, withNetworkSources } from './networkSource';
import type { PlainPermutations } from './reports';
import { type StepCells, stepCells } from './stepCells';

/** Two sequences, and all that they are measured with. */
export interface SequenceStudy {
  readonly comparison: Comparison;
  readonly cell: CellOf;
  readonly steps: readonly number[];
  /** The two networks of each step. */
  readonly pairs: readonly { readonly a: NamedSource; readonly b: NamedSource }[];
  /** The index of the step whose permutation is used everywhere. */
  readonly from: number;
  readonly match: Matcher;
  /** Permutations from outside, used everywhere. */
  readonly given: Readonly<Record<string, PlainPermutations>>;
}

/** The barriers and permutations of all steps; the arrays are filled as cells are finished. */
export interface MeasuredSteps {
  /** At each t, without a permutation. */
  readonly unmatched: BarrierReport[];
  /** Found at each s. */
  readonly permutations: PlainPermutations[];
  /** `[s][t]`, with the permutation found at s; at first s = t and s = `from` alone. */
  readonly matched: BarrierReport[][];
  /** At each t, with each permutation from outside. */
  readonly given: Record<string, BarrierReport[]>;
}

/** Measures each step of two sequences, that of index `from` first; with the whole matrix, each once more. */
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

/** Does work with the two networks of a step at hand. */
function atStep(
  { comparison, cell, steps, pairs }: SequenceStudy,
  t: number,
  work: (cells: StepCells) => Promise<void>,
): Promise<void> {
  const { spec, yieldPoint } = comparison;
  return withNetworkSources(spec, yieldPoint, (open) =>
    work(stepCells(comparison, cell, steps, t, { ...pairs[t], open })),
  );
}

/** Without a permutation, with the one found here, the one found at `from`, and those from outside. */
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

/** With the permutations of all steps: a column of the matrix. */
async function measureAll(
  { permutations, matched }: MeasuredSteps,
  t: number,
  cells: StepCells,
): Promise<void> {
  for (const [s, found] of permutations.entries()) matched[s][t] = await cells.using(s, found);
}
