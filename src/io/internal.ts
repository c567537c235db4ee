/** Exports for other rooms of the library, beyond the public ones of `index.ts`. */

export { assertNpySize } from './assertNpySize';
export { assertTensorName, checkName } from './checkName';
export { crc32 } from './crc32';
export { decodeTensor } from './decodeTensor';
export { encodeFloats, type FloatDtype, isFloatDtype } from './encodeFloats';
export { encodeHeader } from './encodeHeader';
export { encodeNpyHeader } from './encodeNpyHeader';
export { foreignFormat, START_BYTES } from './foreignFormat';
export { npyElements } from './npyElements';
export { type NpyHeader, npyHeader } from './npyHeader';
export { parseStrictJson, quoted } from './parseStrictJson';
export { placeInOrder } from './placeInOrder';
export type { ModuleVersions } from './pytorch/moduleVersions';
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
export { isTfjsDocument, isTfjsText } from './tfjs/parseTfjsModel';
export { readTfjsModel, type StoredWeight, type TfjsModel } from './tfjs/readTfjsModel';
export { archiveEnd, type WrittenRecord } from './zip/archiveEnd';
export { assertUnpacked } from './zip/assertUnpacked';
export type { ByteSource } from './zip/byteSource';
export type { ZipRecord } from './zip/directoryRecords';
export { fileBytes, LOCAL_HEADER_BYTES } from './zip/fileBytes';
export { dataDescriptor, localHeader } from './zip/localHeader';
export { readDirectory } from './zip/readDirectory';
