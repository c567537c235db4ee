import { plainText } from '../plainText';
import type { Session } from './session';
import { LINE, MESSAGE, type RawStream, textStream } from './textStream';

/** The streams of a process, the signal that ends its command, and a way to ask. */
export interface RawSession {
  readonly out: RawStream;
  readonly err: RawStream;
  readonly signal: AbortSignal;
  /** Asks a question on the terminal; null if there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** The session of a command on these streams: all that it shows is escaped and has a bounded length. */
export function sessionOn({ out, err, signal, ask }: RawSession): Session {
  return {
    out: textStream(out, LINE),
    err: textStream(err, MESSAGE),
    signal,
    ask: ask && ((question) => ask(plainText(question, MESSAGE))),
  };
}
