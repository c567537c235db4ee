import { isRecord } from '../../checks';
import { MAX_HEADER_BYTES, START_BYTES } from '../../io/internal';
import { aboutFile } from '../aboutFile';
import { openFile } from '../openFile';
import type { CheckpointFormat } from './checkpointFormat';
import { checkpointFormats } from './checkpointFormats';

/** An extension that files of several formats have. Their contents decide. */
const GENERIC = '.bin';

/** The format of a file: by its extension, or else by its contents. */
export async function formatOfFile(path: string): Promise<CheckpointFormat> {
  const named = formatsNamed(path);
  const isGeneric = path.toLowerCase().endsWith(GENERIC);
  const candidates = named.length > 0 && !isGeneric ? named : checkpointFormats;
  if (candidates.length === 1) return candidates[0];
  const claims = path.toLowerCase().endsWith('.json')
    ? await claimsOnDocument(path)
    : await claimsOnStart(path);
  return candidates.find(claims) ?? named[0] ?? candidates[0];
}

/** The format to write at a path, by the longest ending that fits; undefined if it is none of a format. */
export function formatOfOutput(path: string): CheckpointFormat | undefined {
  const name = path.toLowerCase();
  const endings = checkpointFormats.flatMap((format) =>
    (format.outputs ?? format.extensions).map((ending) => ({ format, ending })),
  );
  return endings
    .filter(({ ending }) => name.endsWith(ending))
    .sort((one, other) => other.ending.length - one.ending.length)[0]?.format;
}

/** The formats that a file has by its extension. */
export function formatsNamed(path: string): CheckpointFormat[] {
  const name = path.toLowerCase();
  return checkpointFormats.filter(({ extensions }) =>
    extensions.some((extension) => name.endsWith(extension)),
  );
}

async function claimsOnStart(path: string): Promise<(format: CheckpointFormat) => boolean> {
  const start = await startOf(path, START_BYTES);
  return ({ isStart }) => isStart?.(start) ?? false;
}

async function claimsOnDocument(path: string): Promise<(format: CheckpointFormat) => boolean> {
  const document = await documentAt(path);
  return ({ isDocument }) => document !== null && (isDocument?.(document) ?? false);
}

/** The object in a JSON file; null if it is another file or too large. The format reads the file again, and checks it. */
async function documentAt(path: string): Promise<Readonly<Record<string, unknown>> | null> {
  const bytes = await startOf(path, MAX_HEADER_BYTES + 1);
  if (bytes.length > MAX_HEADER_BYTES) return null;
  try {
    const document: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(document) ? document : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The first bytes of a file, or all of a shorter one. */
async function startOf(path: string, most: number): Promise<Uint8Array> {
  const { size, read, close } = await aboutFile(path, () => openFile(path));
  try {
    return await read(0, Math.min(most, size));
  } finally {
    await close();
  }
}
