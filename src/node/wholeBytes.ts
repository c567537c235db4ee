import { invalid } from '../errors';
import type { ByteSource } from '../io/internal';

/** A limit on the bytes of a file that is read as a whole. */
export interface SizeLimit {
  /** The most bytes that the file may have. */
  readonly most: number;
  /** The reason for the limit, as the end of a sentence about the size. */
  readonly why: string;
  readonly remedy: string;
}

/** The bytes of a whole file that is open. `yieldPoint` is awaited between reads. */
export async function wholeBytes(
  { size, read }: ByteSource,
  { most, why, remedy }: SizeLimit,
  yieldPoint?: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (size <= most) return read(0, size, yieldPoint);
  throw invalid(`the file has ${size} bytes, ${why}`, remedy, { received: size });
}
