/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { shapesOfCheckpoint, withCheckpoints } from './checkpoints/checkpoint';
export { mayLack } from './checkpoints/sharedTensors';
export type { GraphNetworks } from './measuring/graphNetworks';
export type { TestLoss } from './measuring/labelsFor';
export { type BarrierName, type Barriers, measureBarriers } from './measuring/measureBarriers';
export { type MergedFile, repairFile } from './measuring/repairFile';
export type { TestSet } from './measuring/testSet';
export { withNetworksOnData } from './measuring/withNetworksOnData';
export { OccupiedError, writeBytes, writeWhole } from './writeWhole';
