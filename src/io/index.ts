export { parseSafetensors, type SafetensorsFile, serializeSafetensors } from './safetensors';
export { parseSafetensorsIndex, type SafetensorsIndex } from './safetensorsIndex';
