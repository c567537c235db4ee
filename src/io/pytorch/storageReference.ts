import { invalid } from '../../errors';
import { isKind, type PickleValue } from '../pickle/pickleValue';
import { type StoredDtype, storedBits } from '../storedDtype';
import { isList } from './pickledEntries';
import { storageDtypes, UNTYPED_STORAGE } from './torchDtypes';
import type { TorchStorage } from './torchTensor';

/** A reference to a storage, and the type of its elements; null if they are bytes of any type. */
export interface StorageReference {
  readonly storage: TorchStorage;
  readonly dtype: StoredDtype | null;
  /** The number of its elements. */
  readonly count: number;
}

/** The storage to which a persistent id refers. Throws if it is another reference, or of a type that is not read. */
export function storageReference(value: PickleValue | undefined): StorageReference {
  const id = isKind(value, 'persistent') ? value.id : undefined;
  if (!isList(id) || id[0] !== 'storage' || !isKind(id[1], 'global') || typeof id[2] !== 'string') {
    throw invalid('its elements are no storage of torch.save', SAVE_AGAIN);
  }
  const dtype = dtypeOf(id[1].name);
  // Old files have views of storages, as a key, an offset and a size in elements.
  const [offset, size] = isList(id[5]) ? [id[5][1], id[5][2]] : [0, id[4]];
  const count = sizeIn(size);
  const width = dtype === null ? 1 : storedBits(dtype) / 8;
  const [key, begin] = [id[2], width * sizeIn(offset)];
  return { storage: { key, bytes: width * count, begin }, dtype, count };
}

const SAVE_AGAIN = 'Save the file again with torch.save';

function dtypeOf(name: string): StoredDtype | null {
  if (name === UNTYPED_STORAGE) return null;
  if (Object.hasOwn(storageDtypes, name)) return storageDtypes[name];
  throw invalid(
    `its elements are in a torch.${name}, a type that is not read`,
    'Save it as a float, integer or boolean tensor that is dense and not quantised',
    { received: name },
  );
}

function sizeIn(value: PickleValue | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`the size or offset of a storage is ${String(value)}`, SAVE_AGAIN);
}
