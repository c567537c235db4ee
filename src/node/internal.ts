/** What other rooms of the library use of this one, beside what its door makes public. */

export { shapesOfCheckpoint, withCheckpoints } from './checkpoints/checkpoint';
export { mayLack } from './checkpoints/sharedTensors';
export { OccupiedError, writeBytes, writeWhole } from './writeWhole';
