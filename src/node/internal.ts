/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { filesOfCheckpoint, shapesOfCheckpoint } from './checkpoints/checkpoint';
export { renamedBy } from './checkpoints/renamedBy';
export { mayLack } from './checkpoints/sharedTensors';
export { withCheckpoints } from './checkpoints/withCheckpoints';
export { writerFor } from './checkpoints/writeCheckpoint';
export { configBeside } from './configBeside';
export { isOnnxPath } from './isOnnxPath';
export { kindOfEntry } from './kindOfEntry';
export type { GraphNetworks } from './measuring/graphNetworks';
export type { TestLoss } from './measuring/labelsFor';
export { learningTask } from './measuring/learningTask';
export { type BarrierName, type Barriers, measureBarriers } from './measuring/measureBarriers';
export { type MergedFile, repairFile } from './measuring/repairFile';
export type { TestSet } from './measuring/testSet';
export { withNetworksOnData } from './measuring/withNetworksOnData';
export { noteFiles } from './noteFiles';
export { readTextFile } from './readTextFile';
export { OccupiedError } from './replacedAt';
export { onTemporary, removeTemporaries } from './temporaryPaths';
export { tfjsSpec } from './tfjsSpec';
export { withTemporaryFolder } from './withTemporaryFolder';
export { writeBytes } from './writeBytes';
export { type WholeFile, writeTogether } from './writeWhole';
