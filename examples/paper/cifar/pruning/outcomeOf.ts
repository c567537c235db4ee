import { pruningPlot } from 'perm-lmc/plots';
import { markdownTable, percent } from '../../support/markdownTable';
import type { Outcome } from '../../support/outcome';
import { type LevelsReport, SPARSEST } from './measureLevels';
import type { MaskAccuracy } from './measureMasks';
import { MASKS, WAYS, type Way } from './movedMasks';
import type { PruningWork } from './pruningWork';

type Metric = 'loss' | 'error';

/** The report, the tables and the figures of the study. */
export function outcomeOf(
  { setting, quick }: PruningWork,
  report: LevelsReport,
  masks: readonly MaskAccuracy[],
): Outcome {
  const { network, train, test, seeds, steps, rewindStep, pytorchRewind, batchSize, schedule } =
    setting;
  const densities = report.steps.map((level) => 1 - schedule(level));
  const images = { size: train.size, train: train.count, test: test.count };
  const training = { steps, rewindStep, pytorchRewind, batchSize };
  const study = { study: 'cifar pruning', quick, network: network.name, images, training, seeds };
  return {
    report: { ...study, densities, report, masks },
    tables: [
      `${network.name} on ${train.count} photographs of ${train.size} × ${train.size}, ${steps - rewindStep} steps of ${batchSize} from the rewind point, step ${pytorchRewind ?? rewindStep}; barriers and errors on ${test.count} test images. Loss barriers:`,
      barrierTable(report, densities, 'loss', (barrier) => barrier.toFixed(4)),
      'Error barriers:',
      barrierTable(report, densities, 'error', percent),
      "Test accuracy of A's rewind point trained under a mask, two orders of the data each:",
      maskTable(densities, masks),
    ].join('\n\n'),
    figures: {
      'pruning-levels': levelsPlot(report, densities, 'loss'),
      'pruning-levels-error': levelsPlot(report, densities, 'error'),
      ...Object.fromEntries(
        WAYS.map((way) => [`pruning-masks-${way}`, masksPlot(report, densities, masks, way)]),
      ),
    },
  };
}

function barrierTable(
  { steps, unmatched, one, own, given }: LevelsReport,
  densities: readonly number[],
  metric: Metric,
  written: (barrier: number) => string,
): string {
  const rows = [unmatched, one, own, given[SPARSEST].barriers];
  return markdownTable(
    ['density', 'error of A', 'of B', 'unmatched', 'dense', "the level's own", 'of the sparsest'],
    steps.map((_, t) => [
      percent(densities[t]),
      ...endsOf(unmatched[t].error.values).map(percent),
      ...rows.map((row) => written(row[t][metric].max)),
    ]),
  );
}

function maskTable(densities: readonly number[], masks: readonly MaskAccuracy[]): string {
  const levels = levelsOf(masks);
  return markdownTable(
    ['density', 'masks', ...MASKS],
    levels.flatMap((level) =>
      WAYS.map((way) => [
        percent(densities[level]),
        way,
        ...MASKS.map((mask) => accuracies(masks, { level, way, mask }).map(percent).join(' / ')),
      ]),
    ),
  );
}

function levelsPlot(report: LevelsReport, densities: readonly number[], metric: Metric): string {
  const accuracies = ['A', 'B'].map((label, end) => ({
    label,
    values: report.unmatched.map(({ error }) => 1 - endsOf(error.values)[end]),
  }));
  return pruningPlot(
    { densities, report, accuracies },
    { metric, labels: { one: 'permutation found between the dense' } },
  );
}

/** Error barriers at the levels whose masks are moved, and below them the accuracies under the masks of a way. */
function masksPlot(
  { unmatched, one, own }: LevelsReport,
  densities: readonly number[],
  masks: readonly MaskAccuracy[],
  way: Way,
): string {
  const levels = levelsOf(masks);
  const at = <T>(values: readonly T[]) => levels.map((level) => values[level]);
  return pruningPlot(
    {
      densities: at(densities),
      report: { steps: levels, unmatched: at(unmatched), one: at(one), own: at(own) },
      accuracies: MASKS.map((mask) => ({
        label: mask,
        values: levels.map((level) => mean(accuracies(masks, { level, way, mask }))),
      })),
    },
    { metric: 'error', labels: { one: 'permutation found between the dense' } },
  );
}

function levelsOf(masks: readonly MaskAccuracy[]): number[] {
  return [...new Set(masks.map(({ level }) => level))];
}

function accuracies(
  masks: readonly MaskAccuracy[],
  { level, way, mask }: Pick<MaskAccuracy, 'level' | 'way' | 'mask'>,
): number[] {
  return masks
    .filter((each) => each.level === level && each.way === way && each.mask === mask)
    .map(({ accuracy }) => accuracy);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function endsOf(values: readonly number[]): [number, number] {
  return [values[0], values[values.length - 1]];
}
