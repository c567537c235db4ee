import type { ByteSource } from '../io/internal';
import type { OpenFile } from './openFile';
import { readBytes } from './readBytes';

/** The bytes of an open file. */
export function byteSourceOf({ handle, size }: OpenFile): ByteSource {
  return {
    size,
    read: (begin, end, yieldPoint) => readBytes({ handle }, { begin, end }, yieldPoint),
  };
}
