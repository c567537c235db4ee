/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { shapesOfCheckpoint } from './checkpoints/checkpoint';
export { mayLack } from './checkpoints/sharedTensors';
export { withCheckpoints } from './checkpoints/withCheckpoints';
export { OccupiedError, writeBytes, writeWhole } from './writeWhole';
