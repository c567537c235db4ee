/** Names that other rooms of the library use, beside the public ones of index.ts. */

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
export { type Batch, cutBatches, rowsOf } from './cutBatches';
export { crossOffsets, nestedOffsets, sizeOf, stridesOf } from './indexing';
export { mapParams } from './mapParams';
export { tensorsIn } from './networkInput';
export { assertSameNames, assertSameShape, type Shapes } from './shapes';
