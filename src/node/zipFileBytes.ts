import { promisify } from 'node:util';
import { constants, inflateRaw } from 'node:zlib';
import { invalid } from '../errors';
import { type ByteSource, fileBytes, LOCAL_HEADER_BYTES, type ZipRecord } from '../io/internal';

const inflate = promisify<
  Uint8Array,
  { maxOutputLength?: number; finishFlush?: number },
  Buffer<ArrayBuffer>
>(inflateRaw);

/** The bytes that are read to unpack the beginning of a file. Deflate makes at most 1032 of each. */
const START_BYTES = 4096;

/** The bytes of a file of an archive, unpacked. Its checksum is not compared. */
export async function zipFileBytes(
  source: ByteSource,
  record: ZipRecord,
  yieldPoint?: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { begin, end } = await placeOf(source, record);
  const stored = await source.read(begin, end, yieldPoint);
  if (!record.isDeflated) return stored;
  // Zero is no limit of zlib's.
  return unpacked(record, stored, { maxOutputLength: Math.max(1, record.size) });
}

/** The beginning of a file of an archive: {@link START_BYTES} bytes or more, or all of a shorter file. */
export async function zipFileStart(
  source: ByteSource,
  record: ZipRecord,
): Promise<Uint8Array<ArrayBuffer>> {
  const { begin, end } = await placeOf(source, record);
  const stored = await source.read(begin, Math.min(end, begin + START_BYTES));
  if (!record.isDeflated) return stored;
  return unpacked(record, stored, { finishFlush: constants.Z_SYNC_FLUSH });
}

/** The place of a file's bytes in the archive. */
export async function placeOf(
  source: ByteSource,
  record: ZipRecord,
): Promise<{ begin: number; end: number }> {
  const header = await source.read(record.from, record.from + LOCAL_HEADER_BYTES);
  return fileBytes(record, header, source.size);
}

async function unpacked(
  { name }: ZipRecord,
  stored: Uint8Array,
  options: Parameters<typeof inflate>[1],
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await inflate(stored, options);
  } catch (error) {
    throw invalid(
      `'${name}' does not unpack: ${(error as Error).message}`,
      'The file is damaged: download it or save it again',
      { param: name, cause: error },
    );
  }
}
