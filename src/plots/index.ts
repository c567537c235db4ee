/**
 * Figures: functions from a report to the text of an SVG image, without DOM or tensors.
 *
 * @module perm-lmc/plots
 */

export type { AxisScale } from './axis';
export {
  type BarrierPlotOptions,
  barrierPlot,
  type LabelledLine,
  type MeasuredLine,
} from './barrierPlot';
export {
  type ConnectivityMap,
  type ConnectivityMapPlotOptions,
  connectivityMapPlot,
} from './connectivityMapPlot';
export type { ConnectivityRows, FurtherRow, NamedRow, RowLabels } from './connectivityRows';
export {
  type EntropyCurves,
  type EntropyOfGroup,
  type EntropyPlotOptions,
  entropyPlot,
  type LabelledEntropy,
} from './entropyPlot';
export type { FigureOptions } from './figure';
export {
  type AgreementAlongTraining,
  type FixedPointsPlotOptions,
  fixedPointsPlot,
  type GroupAgreement,
} from './fixedPointsPlot';
export {
  type HybridBarriers,
  type HybridEnds,
  type HybridLabels,
  type HybridPlotOptions,
  hybridPlot,
} from './hybridPlot';
export { type LossPlanePlotOptions, lossPlanePlot, type MeasuredPlane } from './lossPlanePlot';
export { type ConnectivityMatrix, type MatrixPlotOptions, matrixPlot } from './matrixPlot';
export {
  type LabelledAccuracies,
  type PruningLevels,
  type PruningPlotOptions,
  pruningPlot,
} from './pruningPlot';
export {
  type GroupQuantiles,
  type SimilarityLabels,
  type SimilarityPlotOptions,
  type SimilarityQuantiles,
  similarityPlot,
} from './similarityPlot';
export { type TrajectoryPlotOptions, trajectoryPlot } from './trajectoryPlot';
export {
  type PathBarriers,
  type PathLabels,
  type TransitivityAlongPaths,
  type TransitivityPlotOptions,
  transitivityPlot,
} from './transitivityPlot';
export {
  type AlignedPair,
  type JointBarriers,
  type MeasuredSimplex,
  type PairsAndSimplex,
  type ReportAtWidth,
  type WidthLabels,
  type WidthPlotOptions,
  widthPlot,
} from './widthPlot';
