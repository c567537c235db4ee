import { START_BYTES } from '../foreignFormat';
import type { ByteSource } from '../zip/byteSource';
import { chooseStateDict } from './chooseStateDict';
import { foreignTorchFile } from './foreignTorchFile';
import { type ModuleVersions, moduleVersions } from './moduleVersions';
import { openArchive } from './openArchive';
import { isLegacyStart, openLegacy } from './openLegacy';
import { stateDictTensors } from './stateDictTensors';
import { type StoredTorchTensor, storedTorchTensor } from './storedTorchTensor';
import type { TorchFile } from './torchFile';

/** A state dict in a file. */
export interface StoredStateDict {
  /** Its tensors, in its order. */
  readonly tensors: readonly StoredTorchTensor[];
  /** The versions of modules that it has. */
  readonly versions: ModuleVersions;
}

/**
 * The state dict in a file of `torch.save`. No values are read yet, and no code of the file is executed.
 *
 * @param key - The way to the state dict; by default, {@link chooseStateDict} finds it.
 * @throws InvalidInputError if the file is damaged or of another kind, or if a tensor is of a kind that is not read.
 */
export async function readTorchFile(
  source: ByteSource,
  key: string | undefined,
): Promise<StoredStateDict> {
  const file = await openTorchFile(source);
  const entries = chooseStateDict(file.root, key);
  const tensors = [...stateDictTensors(entries)].map(([name, tensor]) =>
    storedTorchTensor(name, tensor, file, source.size),
  );
  return { tensors, versions: moduleVersions(entries) };
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
  throw foreignTorchFile(start);
}

const isZipStart = (start: Uint8Array) => start[0] === 0x50 && start[1] === 0x4b;

/** The name of the first file of an archive. */
function firstName(start: Uint8Array): string {
  return new TextDecoder().decode(start.subarray(30, 30 + start[26] + 256 * start[27]));
}
