/** What other rooms of the library use of this one, beside what its door makes public. */

export { assertBaseline, assertPoints, measureBarrier } from './barrier';
export { isReportField } from './reportFields';
export { assertResolution, measureSimplex } from './simplexBarrier';
