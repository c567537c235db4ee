export { type ReadSafetensorsOptions, readSafetensors } from './readSafetensors';
export { startThreads } from './startThreads';
export { type WriteSafetensorsOptions, writeSafetensors } from './writeSafetensors';
