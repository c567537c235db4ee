export { type ReadSafetensorsOptions, readSafetensors } from './readSafetensors';
export { type WriteSafetensorsOptions, writeSafetensors } from './writeSafetensors';
