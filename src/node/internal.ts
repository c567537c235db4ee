/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { shapesOfCheckpoint } from './checkpoints/checkpoint';
export { renamedBy } from './checkpoints/renamedBy';
export { mayLack } from './checkpoints/sharedTensors';
export { withCheckpoints } from './checkpoints/withCheckpoints';
export { writerFor } from './checkpoints/writeCheckpoint';
export { isOnnxPath } from './isOnnxPath';
export { OccupiedError, writeBytes, writeWhole } from './writeWhole';
