import type { ByteSource } from './byteSource';
import { directoryPlace, TAIL_BYTES } from './directoryPlace';
import { directoryRecords, type ZipRecord } from './directoryRecords';
import { assertApart, LOCAL_HEADER_BYTES } from './fileBytes';

/** Reads the directory of an archive, and nothing else of it. */
export async function readDirectory(source: ByteSource): Promise<ZipRecord[]> {
  const base = Math.max(0, source.size - TAIL_BYTES);
  const place = directoryPlace(await source.read(base, source.size), base);
  const directory = await source.read(place.begin, place.end);
  const records = directoryRecords(directory, place, source.size);
  const leastEnd = ({ from, packed }: ZipRecord) => from + LOCAL_HEADER_BYTES + packed;
  assertApart(
    records.map((record) => ({ ...record, to: leastEnd(record) })),
    place.begin,
  );
  return records;
}
