import type { PickleValue } from '../pickle/pickleValue';
import type { ReadStorage } from './gatherElements';

/** A file of PyTorch: what it holds, and the storages of its tensors. */
export interface TorchFile {
  readonly root: PickleValue;
  /** The storage with a key; undefined if the file lacks it. */
  readonly storage: (key: string) => TorchData | undefined;
}

/** The bytes of a storage. */
export interface TorchData {
  readonly bytes: number;
  /** Reads bytes of it. `yieldPoint` is awaited between reads. */
  readonly read: (
    ...range: [...Parameters<ReadStorage>, yieldPoint?: () => Promise<void>]
  ) => ReturnType<ReadStorage>;
}
