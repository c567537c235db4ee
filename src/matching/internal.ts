/** What other rooms of the library use of this one, beside what its door makes public. */

export { addProducts, type RowProduct } from './products/addProducts';
export { keptValues } from './products/keptValues';
export { packedProducts } from './products/packedProducts';
export { rowLength, someUnits } from './products/unitRows';
export { weightNorms } from './products/weightNorms';
export { sharedArray, sharedWeights, type Weights } from './products/weights';
export type { Dtypes } from './weights/includedParameters';
export { assertSettings, planMatch } from './weights/matchPlan';
export type { ThreadRun, ThreadRunOptions, ThreadWork } from './weights/matchThreads';
export { matchWeights } from './weights/matchWeights';
export { matchGrams, runMatch } from './weights/runMatch';
export type { Term } from './weights/term';
