import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import { assertFinite, assertReport, assertSameLength } from './assertReport';
import { assertShare } from './assertShare';
import { linearAxis } from './axis';
import { FIGURE_OPTIONS, type FigureOptions } from './figure';
import { heatMap } from './heatMap';
import { writtenOut } from './writtenOut';

/** The agreement of permutations with one of them along training. */
export interface AgreementAlongTraining {
  /** The training steps or pruning levels: [steps]. */
  readonly steps: readonly number[];
  /** For each step the result of `comparePermutations`, all with the same groups: [steps]. */
  readonly comparisons: readonly Readonly<Record<string, GroupAgreement>>[];
}

/** The agreement of two permutations of one group: a `PermutationComparison` or a mean of several. */
export interface GroupAgreement {
  /** The share of the units with the same place in both, in [0, 1]. */
  readonly fraction: number;
  /** The number of units. It is written beside the name of the group. */
  readonly size?: number;
}

/** Options of {@link fixedPointsPlot}. */
export interface FixedPointsPlotOptions extends FigureOptions {
  /** The label of the x axis. Default 'training step'. */
  xLabel?: string;
  /** The label of the y axis. Default 'group', with '(units)' if sizes are known. */
  yLabel?: string;
  /** The label of the colours. Default 'fixed points'. The unit, %, is added. */
  colourLabel?: string;
}

const ROW = 25;

/**
 * Draws the share of fixed points of P_s against one permutation, such as that of the last step, as a heat map,
 * one SVG image. Rows are the groups, the first at the top; columns are the steps s. A random permutation of n
 * units has one fixed point on average, a share of 1/n.
 *
 * @param agreement - Steps, and for each the result of `comparePermutations`.
 * @param options - All have defaults.
 * @returns The text of an SVG image.
 * @throws InvalidInputError if there is not one comparison for each step, the groups of two steps differ, a
 * share lies outside [0, 1], or the figure is too small.
 *
 * @example
 * ```ts
 * import { comparePermutations } from 'perm-lmc';
 * import { fixedPointsPlot } from 'perm-lmc/plots';
 *
 * const steps = [0, 100, 200];
 * const found = [[1, 0, 3, 2], [0, 1, 3, 2], [0, 1, 2, 3]].map((h) => ({ h }));
 * const comparisons = found.map((each) => comparePermutations(each, found[2]));
 * const svg = fixedPointsPlot({ steps, comparisons });
 * ```
 */
export function fixedPointsPlot(
  agreement: AgreementAlongTraining,
  options: FixedPointsPlotOptions = {},
): string {
  return named('fixedPointsPlot', () => {
    assertOptions(options, {
      ...FIGURE_OPTIONS,
      ...{ xLabel: true, yLabel: true, colourLabel: true },
    });
    assertAgreement(agreement);
    const { steps, comparisons } = agreement;
    const groups = Object.entries(comparisons[0]);
    const {
      title = 'Units that keep their place, by group along training',
      description,
      xLabel = 'training step',
      yLabel = groups.some(([, { size }]) => size !== undefined) ? 'group (units)' : 'group',
      colourLabel = 'fixed points',
      width = 720,
      height,
      id,
    } = options;
    const values = groups.map(([name]) => comparisons.map((each) => each[name].fraction));
    const axis = linearAxis([0, 1], { label: colourLabel, unit: '%', zero: true });
    const words = description ?? inWordsOf(agreement, `${axis.label} by group and ${xLabel}`);
    return heatMap(
      { plot: 'fixedPointsPlot', title, description: words, width, height, id },
      {
        ...{ values, axis, unit: '%', xLabel, yLabel },
        rows: groups.map(([name, { size }]) => (size === undefined ? name : `${name} (${size})`)),
        columns: steps.map(writtenOut),
        wanted: () => Math.max(120, ROW * groups.length),
      },
    );
  });
}

function assertAgreement(agreement: AgreementAlongTraining): void {
  assertReport('the agreement', agreement);
  const { steps, comparisons } = agreement;
  assertFinite('steps', steps);
  assertSameLength(['comparisons', comparisons], ['steps', steps]);
  for (const [i, comparison] of comparisons.entries())
    assertReport(`comparisons[${i}]`, comparison);
  const groups = Object.keys(comparisons[0]).sort().join(', ');
  for (const [i, comparison] of comparisons.entries()) {
    const own = Object.keys(comparison).sort().join(', ');
    if (own === '' || own !== groups) {
      throw invalid(
        `comparisons[${i}] has the groups [${own}], comparisons[0] [${groups}]`,
        'Pass comparisons of permutations of the same spec',
        { param: `comparisons[${i}]`, received: own },
      );
    }
    for (const [group, { fraction }] of Object.entries(comparison)) {
      assertShare(`comparisons[${i}].${group}.fraction`, fraction);
    }
  }
}

function inWordsOf({ steps, comparisons }: AgreementAlongTraining, shown: string): string {
  const at = (i: number) => {
    const shares = Object.values(comparisons[i]).map(({ fraction }) => 100 * fraction);
    const [least, most] = [Math.min(...shares), Math.max(...shares)];
    return `At ${writtenOut(steps[i])}: from ${least.toFixed(0)} to ${most.toFixed(0)}.`;
  };
  const ends = steps.length === 1 ? [0] : [0, steps.length - 1];
  return `${shown}. ${ends.map(at).join(' ')}`;
}
