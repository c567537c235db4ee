/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { assertTensorName, checkName } from './checkName';
export { decodeNpy } from './decodeNpy';
export { decodeTensor } from './decodeTensor';
export { encodeFloats, type FloatDtype, isFloatDtype } from './encodeFloats';
export { encodeHeader } from './encodeHeader';
export { foreignFormat, START_BYTES } from './foreignFormat';
export { isJsonObject, parseStrictJson, quoted } from './parseStrictJson';
export { placeInOrder } from './placeInOrder';
export { isTorchStart, readTorchFile } from './pytorch/readTorchFile';
export { torchArchive } from './pytorch/torchArchive';
export {
  headerByteLength,
  MAX_HEADER_BYTES,
  parseHeader,
  type SafetensorsHeader,
} from './safetensorsHeader';
export { parseIndex } from './safetensorsIndex';
export { layoutOf, tensorBytes } from './safetensorsLayout';
export {
  assertReadable,
  decodeValues,
  type StoredDtype,
  storedBits,
  tensorDtype,
} from './storedDtype';
export { assertUnpacked, type ZipEntry, zipEntries } from './zipEntries';
