import { type WholeFile, writeBytes, writeTogether } from '../node/internal';
import { createYieldPoint } from '../runtime';
import type { Session } from './session';

/** A text and the path of its file. */
export interface OutputText {
  readonly path: string;
  /** True to replace a file that is there. */
  readonly overwrite: boolean;
  readonly text: string;
}

/** Writes texts to files, all or none: on failure, and on an interruption, no file is left. */
export function writeTexts({ signal }: Session, texts: readonly OutputText[]): Promise<void> {
  const yieldPoint = createYieldPoint(signal);
  const files = texts.map(({ text, ...file }): WholeFile => {
    const bytes = new TextEncoder().encode(text);
    return { ...file, write: (handle) => writeBytes(handle, bytes, yieldPoint) };
  });
  return writeTogether(files, { overwrite: false });
}
