import { open } from 'node:fs/promises';
import { START_BYTES } from '../../io/internal';
import type { CheckpointFormat } from './checkpointFormat';
import { checkpointFormats } from './checkpointFormats';

/** The format of a file: by its extension, or else by its first bytes. */
export async function formatOfFile(path: string): Promise<CheckpointFormat> {
  const named = formatsNamed(path);
  const candidates = named.length > 0 ? named : checkpointFormats;
  if (candidates.length === 1) return candidates[0];
  const start = await firstBytes(path);
  return candidates.find(({ isStart }) => isStart?.(start)) ?? candidates[0];
}

/** The format to write at a path, by its extension; undefined if it is none of a format. */
export function formatOfOutput(path: string): CheckpointFormat | undefined {
  return formatsNamed(path)[0];
}

function formatsNamed(path: string): CheckpointFormat[] {
  const name = path.toLowerCase();
  return checkpointFormats.filter(({ extensions }) =>
    extensions.some((extension) => name.endsWith(extension)),
  );
}

/** The first bytes of a file; none if it is a folder. */
async function firstBytes(path: string): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    if (!(await handle.stat()).isFile()) return new Uint8Array();
    const { buffer, bytesRead } = await handle.read(new Uint8Array(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
