/** Exports for other rooms of the library, beside the public ones of `index.ts`. */

export {
  type ActivationSettings,
  completeActivationOptions,
} from './activations/completeActivationOptions';
export { correlateUnits } from './activations/correlateUnits';
export {
  assertJointSettings,
  assertOnGroups,
  completeJointOptions,
  jointMatch,
  MATCH_MANY_OPTIONS,
} from './many/matchMany';
export { matchPair } from './many/matchPair';
export { matchStored } from './many/matchStored';
export type { NetworkStore } from './many/networkStore';
export { layerSize, packedMany } from './many/packedMany';
export { type SumValues, valuesInMemory } from './many/sumValues';
export { addProducts, type RowProduct } from './products/addProducts';
export { keptValues } from './products/keptValues';
export { ownThread } from './products/ownThread';
export { packedProducts } from './products/packedProducts';
export { unitMatrix } from './products/unitMatrix';
export { rowLength, someUnits, type UnitRows } from './products/unitRows';
export { sharedArray, sharedWeights, type Weights } from './products/weights';
export { assertResult } from './weights/assertResult';
export { type Dtypes, includedParameters } from './weights/includedParameters';
export { type MatchedNetworks, packedNetworks } from './weights/matchedNetworks';
export { type JobEvent, type JobResult, type MatchJob, matchJob } from './weights/matchJob';
export type { MatchJournal, MatchState } from './weights/matchJournal';
export { matchNetworks } from './weights/matchNetworks';
export type { StartTask, ThreadJob, ThreadJobOptions, ThreadWork } from './weights/matchThreads';
export { READ } from './weights/passWork';
export { assertSettings, type MatchSettings } from './weights/prepareMatch';
export { matchGrams } from './weights/runMatch';
export { assertNoEvaluate } from './weights/search/searchOptions';
export { signatureStart } from './weights/signatures/signatureStart';
export { completeOptions, WEIGHT_MATCH_OPTIONS } from './weights/weightMatchOptions';
export { type WorkEstimate, type WorkMeter, workMeter } from './weights/workMeter';
