export {
  type BarrierCurve,
  type BarrierGrid,
  type BarrierOptions,
  type BarrierReport,
  type Baseline,
  barrier,
} from './barrier';
export type { ClassificationData } from './classificationData';
export { classificationEvaluator } from './classificationEvaluator';
export type { BarrierProgress, Evaluate } from './evaluate';
export type { ForwardFn, SplitForward } from './forward';
export type { MixturePoint } from './mixturePoint';
export {
  type SimplexBarrierOptions,
  type SimplexGrid,
  type SimplexReport,
  type SimplexSurface,
  simplexBarrier,
} from './simplexBarrier';
