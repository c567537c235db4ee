/**
 * What needs a file system or threads: for Node alone.
 *
 * @module perm-lmc/node
 */

export { type ReadSafetensorsOptions, readSafetensors } from './readSafetensors';
export { startThreads } from './startThreads';
export { type WriteSafetensorsOptions, writeSafetensors } from './writeSafetensors';
