import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SumValues } from '../../matching/internal';
import { withTemporaryFolder } from '../withTemporaryFolder';

/** A part of the file. */
interface Region {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Runs work that keeps sums in a temporary file, and deletes the file when it ends. The file is in the folder of the
 * operating system for such files. Regions of sums that are disposed are used again.
 */
export function withScratchFile<Result>(
  work: (newSum: () => SumValues) => Promise<Result>,
): Promise<Result> {
  return withTemporaryFolder(tmpdir(), 'perm-lmc-', async (folder) => {
    const file = await open(join(folder, 'sums'), 'wx+', 0o600);
    try {
      return await work(sumsIn(file));
    } finally {
      await file.close();
    }
  });
}

function sumsIn(file: FileHandle): () => SumValues {
  const free: Region[] = [];
  let end = 0;
  const allocate = (bytes: number): Region => {
    const at = free.findIndex((region) => region.bytes === bytes);
    if (at >= 0) return free.splice(at, 1)[0];
    end += bytes;
    return { at: end - bytes, bytes };
  };
  return () => {
    const regions = new Map<string, Region>();
    return {
      async get(layer) {
        const region = regions.get(layer);
        if (!region) return undefined;
        const values = new Float64Array(region.bytes / 8);
        await transfer(region, (done) => file.read(bytesOf(values), done.from, done.left, done.at));
        return values;
      },
      async set(layer, values) {
        const region = regions.get(layer) ?? allocate(values.byteLength);
        regions.set(layer, region);
        await transfer(region, (done) =>
          file.write(bytesOf(values), done.from, done.left, done.at),
        );
      },
      dispose() {
        free.push(...regions.values());
        regions.clear();
      },
    };
  };
}

const bytesOf = (values: Float64Array<ArrayBuffer>) => new Uint8Array(values.buffer);

/** The most bytes of one read or write. */
const PIECE = 2 ** 30;

/** Reads or writes a region piece by piece. */
async function transfer(
  { at, bytes }: Region,
  move: (piece: { from: number; left: number; at: number }) => Promise<Moved>,
): Promise<void> {
  let from = 0;
  while (from < bytes) {
    const moved = await move({ from, left: Math.min(bytes - from, PIECE), at: at + from });
    const count = moved.bytesRead ?? moved.bytesWritten ?? 0;
    if (count === 0) throw new Error('a temporary file ended early');
    from += count;
  }
}

interface Moved {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
}
