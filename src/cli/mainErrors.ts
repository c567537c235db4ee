import { isatty } from 'node:tty';
import { standardStream } from './standardStream';
import { MESSAGE, type TextStream, textStream } from './textStream';

/** Standard error of the main thread. */
export function mainErrors(): TextStream {
  return textStream(standardStream(2, isatty(2), undefined), MESSAGE);
}
