import { markdownTable, percent } from '../markdownTable';
import type { AtEnd } from './measureAtEnd';
import type { TrajectoryFindings } from './measureTrajectories';
import { nameOfWindow } from './superAlign';

type Metric = 'loss' | 'error';
type Comparison = TrajectoryFindings['control'];

const WRITTEN: Readonly<Record<Metric, (barrier: number) => string>> = {
  loss: (barrier) => barrier.toFixed(3),
  error: percent,
};

const error = (measured: AtEnd) => percent(measured.error);
const alignment = (measured: AtEnd) => measured.alignment.toFixed(4);

/** The tables of a pair of training runs, in Markdown. */
export function trajectoryTables(findings: TrajectoryFindings): string {
  const { title, early } = findings;
  return [
    `### ${title}`,
    'Loss barrier at each step, in nats; from `last step` on, each column is one permutation for all steps:',
    stepsTable(findings, 'loss'),
    'Error barrier with the same permutations:',
    stepsTable(findings, 'error'),
    'Loss barrier at step t (across) with the permutation found at step s (down):',
    matrixTable(findings, 'loss'),
    'Error barrier at step t (across) with the permutation found at step s (down):',
    matrixTable(findings, 'error'),
    'Fixed points of the permutation of step s (across) against that of the last step, by group (units):',
    fixedPointsTable(findings),
    'Error barrier at the last step with the one permutation of several steps, up to step s (down):',
    windowsTable(findings, error),
    'Alignment ⟨A, P B⟩/(‖A‖ ‖B‖) at the last step with the same permutations:',
    windowsTable(findings, alignment),
    `Error barrier at the last step, with the permutation of hybrids that have layers of step ${early}:`,
    hybridsTable(findings, error),
    'Alignment ⟨A, P B⟩/(‖A‖ ‖B‖) at the last step with the same permutations:',
    hybridsTable(findings, alignment),
  ].join('\n\n');
}

function stepsTable({ report }: TrajectoryFindings, metric: Metric): string {
  const { steps, unmatched, own, one, given } = report;
  const rows = [unmatched, own, one, ...Object.values(given).map(({ barriers }) => barriers)];
  return markdownTable(
    ['step', 'error of A', 'unmatched', "the step's own", 'last step', ...Object.keys(given)],
    steps.map((step, t) => [
      String(step),
      percent(unmatched[t].error.values[0]),
      ...rows.map((row) => WRITTEN[metric](row[t][metric].max)),
    ]),
  );
}

function matrixTable({ report: { steps, matrix } }: TrajectoryFindings, metric: Metric): string {
  return markdownTable(
    ['s', ...steps.map(String)],
    matrix![metric].map((row, s) => [String(steps[s]), ...row.map(WRITTEN[metric])]),
  );
}

function fixedPointsTable({ report, comparisons, control }: TrajectoryFindings): string {
  const columns = [...comparisons, control];
  const groups = Object.entries(control);
  const units = groups.reduce((sum, [, { size }]) => sum + size, 0);
  const fixed = (comparison: Comparison) =>
    Object.values(comparison).reduce((sum, { fixedPoints }) => sum + fixedPoints, 0);
  return markdownTable(
    ['group', ...report.steps.map(String), 'second seed', 'by chance'],
    [
      ...groups.map(([group, { size }]) => [
        `${group} (${size})`,
        ...columns.map((each) => percent(each[group].fraction)),
        percent(1 / size),
      ]),
      [
        `all (${units})`,
        ...columns.map((each) => percent(fixed(each) / units)),
        percent(groups.length / units),
      ],
    ],
  );
}

function windowsTable(
  { report, windows }: TrajectoryFindings,
  written: (measured: AtEnd) => string,
): string {
  const { steps } = report;
  const names = [...new Set(windows.map(({ window }) => nameOfWindow(window)))];
  return markdownTable(
    ['s', ...names],
    steps.map((step, s) => [
      String(step),
      ...names.map((name) => {
        const found = windows.find(
          ({ window }) => window.last === s && nameOfWindow(window) === name,
        );
        return found ? written(found.atEnd) : '';
      }),
    ]),
  );
}

function hybridsTable(
  { hybrids }: TrajectoryFindings,
  written: (measured: AtEnd) => string,
): string {
  const { layers, bottomUp, topDown, putIn, leftOut, ends } = hybrids;
  return markdownTable(
    ['layer', 'up to it', 'from it on', 'only it', 'all but it'],
    [
      ...layers.map((layer, i) => [
        layer,
        ...[bottomUp, topDown, putIn, leftOut].map((row) => written(row[i])),
      ]),
      ['no layer', ...Array<string>(4).fill(written(ends.none))],
      ['every layer', ...Array<string>(4).fill(written(ends.all))],
    ],
  );
}
