/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export {
  assertComparable,
  assertRecord,
  assertSameDtype,
  assertSameShapes,
  assertTensor,
} from './assertComparable';
export {
  assertInputs,
  type Batches,
  batchesOf,
  inputList,
  samplesOf,
  shapeKey,
} from './batches';
export { commonPrefixes } from './commonPrefixes';
export { type Batch, cutBatches, rowsOf } from './cutBatches';
export { crossOffsets, nestedOffsets, sizeOf, stridesOf } from './indexing';
export { isVariance } from './isVariance';
export { listsBy } from './listsBy';
export { mapParams } from './mapParams';
export { assertForm, formOf } from './networkForm';
export { isNetworkInput, mapInput, tensorsIn } from './networkInput';
export { loadSource } from './networkSource';
export { perObject } from './perObject';
export { sampleCount } from './sampleCount';
export { assertSameNames, assertSameShape, type Shapes } from './shapes';
