import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { quoted } from '../parseStrictJson';
import { type StoredDtype, storedBits } from '../storedDtype';
import { gatherElements } from './gatherElements';
import type { TorchFile } from './torchFile';
import type { TorchTensor } from './torchTensor';

/** A tensor of a PyTorch file, whose elements are read when they are asked for. */
export interface StoredTorchTensor {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  /** Reads the elements in the order of the axes. `yieldPoint` is awaited between reads. */
  readonly read: (yieldPoint?: () => Promise<void>) => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * A tensor with its storage in the file. Throws unless the storage is there as a whole.
 *
 * @param fileBytes - The number of bytes of the file.
 */
export function storedTorchTensor(
  name: string,
  tensor: TorchTensor,
  file: TorchFile,
  fileBytes: number,
): StoredTorchTensor {
  const { dtype, shape, storage } = tensor;
  const bytes = (sizeOf(shape) * storedBits(dtype)) / 8;
  const data = file.storage(storage.key);
  if (bytes > 0 && (data === undefined || storage.begin + storage.bytes > data.bytes)) {
    const stored = data === undefined ? 'is missing' : `has ${data.bytes} bytes`;
    throw invalid(
      `tensor ${quoted(name)} needs ${storage.begin + storage.bytes} bytes of storage '${storage.key}', which ${stored}`,
      'The file is damaged: download it or save it again',
      { param: name, received: data?.bytes },
    );
  }
  if (bytes > Math.max(fileBytes, MOST_REPEATED_BYTES)) {
    throw invalid(
      `tensor ${quoted(name)} of shape [${shape}] repeats its elements to ${bytes} bytes, in a file of ${fileBytes}`,
      'Save it without repetition, as it is before expand()',
      { param: name, received: shape },
    );
  }
  return {
    ...{ name, dtype, shape },
    read: (yieldPoint) =>
      gatherElements(tensor, (begin, end) =>
        data!.read(storage.begin + begin, storage.begin + end, yieldPoint),
      ),
  };
}

/** The most bytes of a view that repeats elements, in files that are smaller. */
const MOST_REPEATED_BYTES = 2 ** 28;
