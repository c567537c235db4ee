import type { TextStream } from './textStream';

/** The environment of a command: its streams, and the signal that ends it. */
export interface Session {
  readonly out: TextStream;
  readonly err: TextStream;
  readonly signal: AbortSignal;
  /** Asks a question on the terminal; null if there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** The output options of every command. */
export interface OutputOptions {
  /** True for JSON on standard output, even on a terminal. */
  readonly json?: boolean;
  /** True to show no progress. */
  readonly quiet?: boolean;
  /** True to show progress also where standard error is no terminal. */
  readonly progress?: boolean;
}

/** True if the result is written as text for people, not as JSON for programs. */
export function isForPeople({ out }: Session, { json }: OutputOptions): boolean {
  return out.isTTY && !json;
}

/**
 * Writes the result of a command to standard output: as text for people, or as one JSON document.
 *
 * @param text - Returns the lines of the text.
 */
export function tell(
  session: Session,
  options: OutputOptions,
  document: object,
  text: () => readonly string[],
): void {
  if (isForPeople(session, options)) session.out.show(text());
  else session.out.showJson(JSON.stringify(document));
}
