import { invalid } from '../errors';

/**
 * The text of bytes in UTF-8.
 *
 * @param what - The text, for errors: `the index`.
 */
export function decodeUtf8(bytes: Uint8Array, what: string, remedy: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid(`${what} is not UTF-8 text`, remedy, { cause });
  }
}
