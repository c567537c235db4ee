/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { shapesOfCheckpoint, withCheckpoints } from './checkpoints/checkpoint';
export { mayLack } from './checkpoints/sharedTensors';
export { OccupiedError, writeBytes, writeWhole } from './writeWhole';
