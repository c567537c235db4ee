import {
  fixedPointsPlot,
  type HybridBarriers,
  hybridPlot,
  matrixPlot,
  trajectoryPlot,
} from 'perm-lmc/plots';
import type { AtEnd } from './measureAtEnd';
import type { Hybrids } from './measureHybrids';
import type { TrajectoryFindings } from './measureTrajectories';

/** The figures of a pair of training runs, SVG by name. */
export function trajectoryFigures({
  name,
  title,
  early,
  report,
  comparisons,
  hybrids,
}: TrajectoryFindings): Record<string, string> {
  const layersOf = `permutations of hybrids with layers of step ${early}`;
  return {
    [`cifar-trajectory-${name}`]: trajectoryPlot(report, {
      ...{ metric: 'error', scale: 'symlog' },
      title: `${title}: barrier of the error along training`,
    }),
    [`cifar-trajectory-matrix-${name}`]: matrixPlot(report, {
      metric: 'error',
      title: `${title}: error with permutations of other steps`,
    }),
    [`cifar-fixed-points-${name}`]: fixedPointsPlot(
      { steps: report.steps, comparisons },
      { title: `${title}: units that the last permutation pairs alike` },
    ),
    [`cifar-hybrids-${name}`]: hybridPlot(
      valuesOf(hybrids, ({ error }) => error),
      { metric: 'error', title: `${title}: ${layersOf}` },
    ),
    [`cifar-hybrids-alignment-${name}`]: hybridPlot(
      valuesOf(hybrids, ({ alignment }) => alignment),
      { metric: 'alignment', title: `${title}: ${layersOf}`, xLabel: 'alignment' },
    ),
  };
}

/** One measurement of all hybrids. */
function valuesOf(
  { layers, ends, bottomUp, topDown, putIn, leftOut }: Hybrids,
  value: (measured: AtEnd) => number,
): HybridBarriers {
  return {
    layers,
    bottomUp: bottomUp.map(value),
    topDown: topDown.map(value),
    putIn: putIn.map(value),
    leftOut: leftOut.map(value),
    ends: { none: value(ends.none), all: value(ends.all) },
  };
}
