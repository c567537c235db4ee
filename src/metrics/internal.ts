/** Exports for other rooms of the library, beside the public ones of `index.ts`. */

export { assertBaseline, assertPoints, measureBarrier } from './barrier';
export { isReportField } from './reportField';
export { assertResolution, measureSimplex } from './simplexBarrier';
export { storedBarrier } from './storedBarrier';
export { storedSimplex } from './storedSimplex';
