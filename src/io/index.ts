export { parsePermutations, serializePermutations } from './permutationsJson';
export { parseSafetensors, type SafetensorsFile, serializeSafetensors } from './safetensors';
export { parseSafetensorsIndex, type SafetensorsIndex } from './safetensorsIndex';
export { parseSpec, serializeSpec } from './specJson';
