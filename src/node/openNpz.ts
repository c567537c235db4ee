import { about, invalid } from '../errors';
import {
  assertNpySize,
  assertUnpacked,
  type ByteSource,
  checkName,
  type NpyHeader,
  npyElements,
  npyHeader,
  readDirectory,
  type ZipRecord,
} from '../io/internal';
import { aboutFile } from './aboutFile';
import { openFile } from './openFile';
import type { OpenFiles } from './together';
import { zipFileBytes, zipFileStart } from './zipFileBytes';

/** An .npz file that is open for reading. */
export interface OpenNpz extends OpenFiles {
  readonly arrays: readonly NpzArray[];
}

/** An array of an .npz file. */
interface NpzArray extends Pick<NpyHeader, 'dtype' | 'shape'> {
  readonly name: string;
  /**
   * Reads the elements, little-endian, the last index changing fastest, into an array of their own. `yieldPoint` is
   * awaited between reads.
   */
  readonly read: (yieldPoint?: () => Promise<void>) => Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens the .npz file at `path`, and reads the headers of its arrays. The caller closes it.
 *
 * @throws InvalidInputError if the archive is damaged, or holds a file that is no array of numbers.
 */
export async function openNpz(path: string): Promise<OpenNpz> {
  const file = await aboutFile(path, () => openFile(path));
  try {
    return await aboutFile(path, async () => {
      const arrays: NpzArray[] = [];
      for (const record of await readDirectory(file)) arrays.push(await arrayOf(file, record));
      return { ...file, arrays };
    });
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function arrayOf(source: ByteSource, record: ZipRecord): Promise<NpzArray> {
  const name = arrayName(record);
  const { dtype, shape } = await about(`array '${name}'`, async () => {
    const header = npyHeader(await zipFileStart(source, record));
    assertNpySize(header, record.size);
    return header;
  });
  return {
    ...{ name, dtype, shape },
    read: (yieldPoint) =>
      about(`array '${name}'`, async () => {
        const bytes = await zipFileBytes(source, record, yieldPoint);
        assertUnpacked(record, bytes);
        const header = npyHeader(bytes);
        assertNpySize(header, bytes.length);
        // Copied, so that every type is aligned.
        return npyElements(header, new Uint8Array(bytes.subarray(header.dataStart)));
      }),
  };
}

/** The name of the array in a file of the archive. */
function arrayName({ name }: ZipRecord): string {
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
