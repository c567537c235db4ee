export { parseSpec } from './parseSpec';
export {
  parseSafetensors,
  type SafetensorsFile,
  type SerializeSafetensorsOptions,
  serializeSafetensors,
} from './safetensorsFile';
export { parseSafetensorsIndex, type SafetensorsIndex } from './safetensorsIndex';
export { parsePermutations, serializePermutations } from './serializePermutations';
export { serializeSpec } from './serializeSpec';
