/** What other rooms of the library use of this one, beside what its door makes public. */

export { assertComparable, assertRecord, assertSameShapes, assertTensor } from './assertComparable';
export {
  assertInputs,
  type BatchedInputs,
  batchesOf,
  isOneBatch,
  samplesOf,
  shapeKey,
  withFirstBatch,
} from './batches';
export { tensorsIn } from './networkInput';
export { assertSameNames, assertSameShape, type Shapes } from './shapes';
