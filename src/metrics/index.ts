export {
  type BarrierCurve,
  type BarrierGrid,
  type BarrierOptions,
  type BarrierReport,
  type Baseline,
  barrier,
} from './barrier';
export {
  type ClassificationData,
  classificationEvaluator,
  type ForwardFn,
} from './classificationEvaluator';
export type { BarrierProgress, Evaluate } from './evaluate';
export {
  type SimplexBarrierOptions,
  type SimplexGrid,
  type SimplexReport,
  type SimplexSurface,
  simplexBarrier,
} from './simplexBarrier';
