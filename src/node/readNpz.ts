import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { about, invalid, named } from '../errors';
import { assertUnpacked, checkName, decodeNpy, type ZipEntry, zipEntries } from '../io/internal';
import type { Params } from '../params';
import { createYieldPoint, type LongWorkOptions } from '../runtime';
import { aboutFile } from './aboutFile';
import { readFileBytes } from './readFileBytes';

/** Options of {@link readNpz}. */
export type ReadNpzOptions = Pick<LongWorkOptions<never>, 'signal'>;

/** The most bytes of an array in memory of every Node that the package supports. */
const MOST_BYTES = 2 ** 32;

const TOO_LARGE = [
  'and an .npz file is read as a whole, up to 4 GiB',
  'Save fewer samples, or safetensors',
] as const;

/**
 * Reads the arrays of an .npz file of NumPy, such as the samples `x` and the labels `y` of a test set.
 *
 * Float arrays become float32, integers int32, and booleans bool. Both byte orders and both orders of axes are
 * read, and files of `numpy.savez` and of `numpy.savez_compressed`.
 *
 * @param path - The file.
 * @param options - All have defaults.
 * @returns The tensors by the names of the arrays; the caller disposes them.
 * @throws InvalidInputError if the file is damaged, an array holds no numbers, or a value does not fit in float32
 * or int32. AbortError on abort.
 *
 * @example
 * ```ts given=data
 * import { readNpz } from 'perm-lmc/node';
 *
 * const { x, y } = await readNpz('test.npz');
 * ```
 */
export async function readNpz(path: string, options: ReadNpzOptions = {}): Promise<Params> {
  return named('readNpz', async () => {
    assertOptions(options, { signal: true });
    const yieldPoint = createYieldPoint(options.signal);
    await yieldPoint();
    return aboutFile(path, async () => {
      const bytes = await readFileBytes(path, MOST_BYTES, TOO_LARGE, yieldPoint);
      const arrays: Params = {};
      try {
        for (const entry of zipEntries(bytes)) {
          await yieldPoint();
          const name = arrayName(entry);
          arrays[name] = await about(`array '${name}'`, async () =>
            decodeNpy(name, await unpacked(entry)),
          );
        }
        return arrays;
      } catch (error) {
        dispose(arrays);
        throw error;
      }
    });
  });
}

/** The name of the array in a file of the archive. */
function arrayName({ name }: ZipEntry): string {
  if (!name.endsWith('.npy')) {
    throw invalid(
      `the archive holds '${name}', which is not an array (.npy)`,
      'Save arrays alone, with numpy.savez',
      { param: name },
    );
  }
  const own = name.slice(0, -'.npy'.length);
  checkName('array', own);
  return own;
}

const inflate = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflateRaw);

/** The bytes of a file in the archive. */
async function unpacked(entry: ZipEntry): Promise<Uint8Array> {
  const bytes = entry.isDeflated ? await inflated(entry) : entry.stored;
  assertUnpacked(entry, bytes);
  return bytes;
}

async function inflated({ name, stored, size }: ZipEntry): Promise<Uint8Array> {
  try {
    return await inflate(stored, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw invalid(
      `'${name}' does not unpack: ${(error as Error).message}`,
      'The file is damaged: download it or save it again',
      { param: name, cause: error },
    );
  }
}
