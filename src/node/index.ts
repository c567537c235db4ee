/**
 * Checkpoints on disk, and threads. Runs in Node only.
 *
 * @module perm-lmc/node
 */

export type { CheckpointProgress } from './checkpoints/checkpointFormat';
export type { CheckpointOptions } from './checkpoints/checkpointOptions';
export type { MergedStatistics, StatisticsSummary } from './checkpoints/mergedVariances';
export type { PrefixMappings } from './checkpoints/renamedBy';
export type { Embeddings, SharedOptions, Unshared } from './checkpoints/sharedTensors';
export {
  type CheckpointSummary,
  type InspectCheckpointOptions,
  inspectCheckpoint,
  type TensorSummary,
  type ValueSummary,
} from './inspectCheckpoint';
export { type MatchManyFilesOptions, matchManyFiles } from './matchManyFiles';
export { type MergedFiles, type MergeFilesOptions, mergeFiles } from './mergeFiles';
export { type PermuteFileOptions, permuteFile } from './permuteFile';
export {
  type CheckpointContents,
  type ReadCheckpointOptions,
  readCheckpoint,
} from './readCheckpoint';
export { type ReadNpzOptions, readNpz } from './readNpz';
export { type ReadOnnxOptions, readOnnx } from './readOnnx';
export { type ReadSafetensorsOptions, readSafetensors } from './readSafetensors';
export { startThreads } from './startThreads';
export {
  type TransportedFiles,
  type TransportFilesOptions,
  type TransportPaths,
  transportFiles,
} from './transportFiles';
export { type WeightMatchFilesOptions, weightMatchFiles } from './weightMatchFiles';
export { type WriteOnnxFileOptions, writeOnnxFile } from './writeOnnxFile';
export { type WriteSafetensorsOptions, writeSafetensors } from './writeSafetensors';
