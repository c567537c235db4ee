import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { foreignFormat, START_BYTES } from '../foreignFormat';
import { quoted } from '../parseStrictJson';
import type { StoredDtype } from '../storedDtype';
import { storedBits } from '../storedDtype';
import type { ByteSource } from '../zip/byteSource';
import { chooseStateDict } from './chooseStateDict';
import { gatherElements } from './gatherElements';
import { openArchive } from './openArchive';
import { LEGACY_START, openLegacy } from './openLegacy';
import { stateDictTensors } from './stateDictTensors';
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
 * The tensors of a state dict in a file of `torch.save`, in its order. No values are read yet, and no code of the file
 * is executed.
 *
 * @param key - The way to the state dict; by default, {@link chooseStateDict} finds it.
 * @throws InvalidInputError if the file is damaged or of another kind, or if a tensor is of a kind that is not read.
 */
export async function readTorchFile(
  source: ByteSource,
  key: string | undefined,
): Promise<StoredTorchTensor[]> {
  const file = await openTorchFile(source);
  const tensors = stateDictTensors(chooseStateDict(file.root, key));
  return [...tensors].map(([name, tensor]) => storedTensor(name, tensor, file, source.size));
}

/** True for the first bytes of a file of `torch.save`. */
export function isTorchStart(start: Uint8Array): boolean {
  return (
    isLegacyStart(start) ||
    (isZipStart(start) && /^[^/\0]+\/(data\.pkl|\.\w+|byteorder|version)/.test(firstName(start)))
  );
}

async function openTorchFile(source: ByteSource): Promise<TorchFile> {
  const start = await source.read(0, Math.min(START_BYTES, source.size));
  if (isZipStart(start)) return openArchive(source);
  if (isLegacyStart(start)) return openLegacy(source);
  throw foreign(start);
}

const isZipStart = (start: Uint8Array) => start[0] === 0x50 && start[1] === 0x4b;

const isLegacyStart = (start: Uint8Array) => LEGACY_START.every((byte, i) => start[i] === byte);

/** The name of the first file of an archive. */
function firstName(start: Uint8Array): string {
  return new TextDecoder().decode(start.subarray(30, 30 + start[26] + 256 * start[27]));
}

/** The error for a file that torch.save did not write, or that is too old. */
function foreign(start: Uint8Array) {
  const text = String.fromCharCode(...start);
  if (text.startsWith('ustar', 257)) {
    return invalid(
      'this is a tar archive, as written by PyTorch before 0.1.10, or by tar',
      'Load it in PyTorch and save it again, or unpack it and pass the checkpoint inside',
    );
  }
  if (start[0] === 0x80 && start[1] <= 5) {
    return invalid(
      'this is a pickle that torch.save did not write',
      'Load it with pickle, and save its tensors: torch.save({name: torch.as_tensor(w) for name, w in state.items()}, "model.pt")',
    );
  }
  if (text[8] === '{') {
    return invalid('this is a safetensors file', "Give it a name that ends in '.safetensors'");
  }
  const other = foreignFormat(start);
  return other === null
    ? invalid('this is not a file of torch.save, or it is damaged', 'Download it or save it again')
    : invalid(`this is ${other.kind}, not a file of torch.save`, other.remedy);
}

/** A tensor whose storage is found in the file. */
function storedTensor(
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
