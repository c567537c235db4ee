import { fileBytes } from '../../../src/io/zip/fileBytes';
import { readDirectory } from '../../../src/io/zip/readDirectory';

/** The files of an archive in memory, with the bytes that they have in it. */
export async function filesIn(archive: Uint8Array) {
  const records = await readDirectory({
    size: archive.length,
    read: async (begin, end) => new Uint8Array(archive.subarray(begin, end)),
  });
  return records.map((record) => {
    const { begin, end } = fileBytes(record, archive.subarray(record.from), archive.length);
    return { ...record, stored: archive.subarray(begin, end) };
  });
}
