import { printable } from './printable';

/** A stream that text is written to. */
interface TextOutput {
  /** True for a terminal. */
  readonly isTTY?: boolean;
  /** The number of characters in a line of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** The environment of a command: its streams, and the signal that ends it. */
export interface Session {
  readonly out: TextOutput;
  readonly err: TextOutput;
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
  return out.isTTY === true && !json;
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
  session.out.write(
    isForPeople(session, options)
      ? `${printable(text().join('\n'))}\n`
      : `${JSON.stringify(document)}\n`,
  );
}
