import { writeSync } from 'node:fs';
import type { RawStream } from './textStream';

/** A standard stream of the process. */
export interface StandardStream extends RawStream {
  columns: number | undefined;
  /** The error of a write, after which nothing more is written; null if there was none. */
  readonly failure: NodeJS.ErrnoException | null;
}

/** Milliseconds between two attempts to write to a stream that is full. */
const PAUSE = 5;

/**
 * A standard stream whose writes wait until the system has taken the text. It is for a thread that may wait, other than
 * the one that listens to signals.
 *
 * @param descriptor - 1 for standard output, 2 for standard error.
 */
export function standardStream(
  descriptor: 1 | 2,
  isTTY: boolean,
  columns: number | undefined,
): StandardStream {
  const stream = {
    isTTY,
    columns,
    failure: null as NodeJS.ErrnoException | null,
    write(text: string) {
      if (stream.failure !== null) return;
      try {
        writeAll(descriptor, Buffer.from(text));
      } catch (error) {
        stream.failure = error as NodeJS.ErrnoException;
      }
    },
  };
  return stream;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      // A pipe that another program has set to not wait, and that is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
