import { invalid } from '../../errors';
import { quoted } from '../parseStrictJson';
import { unpickle } from '../pickle/unpickle';
import type { ByteSource } from '../zip/byteSource';
import type { ZipRecord } from '../zip/directoryRecords';
import { fileBytes, LOCAL_HEADER_BYTES } from '../zip/fileBytes';
import { readDirectory } from '../zip/readDirectory';
import type { TorchFile } from './torchFile';

/** The most bytes of the pickle in an archive. That of a large network has some megabytes. */
const MOST_PICKLE_BYTES = 2 ** 28;

/** Opens a zip archive of `torch.save`, as written by PyTorch 1.6 and later. Only its pickle is read. */
export async function openArchive(source: ByteSource): Promise<TorchFile> {
  const records = new Map((await readDirectory(source)).map((record) => [record.name, record]));
  const root = rootOf(records);
  await assertLittleEndian(source, records.get(`${root}byteorder`));
  const { value } = unpickle(await readFile(source, records.get(`${root}data.pkl`)!));
  return {
    root: value,
    storage(key) {
      const record = records.get(`${root}data/${key}`);
      return record && { bytes: storedSize(record), read: readPart(source, record) };
    },
  };
}

/** The folder of the archive that holds all files, with its slash. Throws for archives of other programs. */
function rootOf(records: ReadonlyMap<string, ZipRecord>): string {
  const names = [...records.keys()];
  const root = names.find((name) => /^[^/]+\/data\.pkl$/.test(name))?.slice(0, -'data.pkl'.length);
  if (root === undefined) {
    throw invalid(
      `the archive was not written by torch.save: it has no data.pkl, but ${names.length === 0 ? 'no files' : quoted(names[0])}`,
      'Save a state dict: torch.save(model.state_dict(), "model.pt")',
      { received: names[0] },
    );
  }
  if (
    records.has(`${root}constants.pkl`) ||
    names.some((name) => name.startsWith(`${root}code/`))
  ) {
    throw invalid(
      'this is a TorchScript program, not a checkpoint',
      'Save its state dict: torch.save(torch.jit.load("model.pt").state_dict(), "weights.pt")',
    );
  }
  return root;
}

async function assertLittleEndian(
  source: ByteSource,
  record: ZipRecord | undefined,
): Promise<void> {
  if (record === undefined) return; // Written before PyTorch 2.1.
  const order = new TextDecoder().decode(await readFile(source, record, 16));
  if (order === 'little') return;
  throw invalid(
    `its numbers are in the byte order ${quoted(order)}, and only "little" is read`,
    'Load it in PyTorch on another machine, and save it there',
    { received: order },
  );
}

/** Reads a file of the archive. Throws if it has more than `most` bytes. */
async function readFile(
  source: ByteSource,
  record: ZipRecord,
  most = MOST_PICKLE_BYTES,
): Promise<Uint8Array<ArrayBuffer>> {
  const size = storedSize(record);
  if (size > most) {
    throw invalid(
      `${quoted(record.name)} has ${size} bytes, over the limit of ${most}`,
      'Save the state dict alone: torch.save(model.state_dict(), "model.pt")',
      { received: size },
    );
  }
  return readPart(source, record)(0, size);
}

/** The number of bytes of a file. Throws if it is compressed. */
function storedSize({ name, isDeflated, size }: ZipRecord): number {
  if (!isDeflated) return size;
  throw invalid(
    `${quoted(name)} is compressed, which torch.save does not do`,
    'Load the file in PyTorch and save it again, or store it with zip -0',
  );
}

/** Reads parts of a file of the archive. Its local header is read with the first part. */
function readPart({ size, read }: ByteSource, record: ZipRecord): ByteSource['read'] {
  let begin: number | undefined;
  return async (from, to, yieldPoint) => {
    const headerEnd = Math.min(size, record.from + LOCAL_HEADER_BYTES);
    begin ??= fileBytes(record, await read(record.from, headerEnd), size).begin;
    return read(begin + from, begin + to, yieldPoint);
  };
}
