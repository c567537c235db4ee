import { writeBytes, writeWhole } from '../node/internal';
import { createYieldPoint } from '../runtime';
import type { Session } from './session';

/** Writes text to a file. On failure, no file is left. */
export function writeText(
  { signal }: Session,
  path: string,
  overwrite: boolean,
  text: string,
): Promise<void> {
  return writeWhole({ path, overwrite }, (handle) =>
    writeBytes(handle, new TextEncoder().encode(text), createYieldPoint(signal)),
  );
}
