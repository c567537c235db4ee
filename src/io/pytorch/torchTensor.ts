import type { StoredDtype } from '../storedDtype';

/** A tensor of a PyTorch file, as a view of a storage. */
export interface TorchTensor {
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** The distances between neighbours along each axis, in elements. */
  readonly strides: readonly number[];
  /** The offset of the first element in the storage, in elements. */
  readonly offset: number;
  readonly storage: TorchStorage;
}

/** A reference to the bytes of tensors. */
export interface TorchStorage {
  readonly key: string;
  /** The number of its bytes. */
  readonly bytes: number;
  /** The offset in bytes within the storage of that key. */
  readonly begin: number;
}
