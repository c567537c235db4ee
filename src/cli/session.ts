import { printable } from './printable';

/** A stream that text is written to. */
interface TextOutput {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
  /** How many characters fit in a line of the terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** The surroundings of a command: its streams, and the signal that ends it. */
export interface Session {
  readonly out: TextOutput;
  readonly err: TextOutput;
  readonly signal: AbortSignal;
  /** Asks a question on the terminal; null where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | null;
}

/** The output options of every command. */
export interface OutputOptions {
  /** JSON on standard output, even on a terminal. */
  readonly json?: boolean;
  /** No progress. */
  readonly quiet?: boolean;
}

/** True where people read the result, rather than programs. */
export function isForPeople({ out }: Session, { json }: OutputOptions): boolean {
  return out.isTTY === true && !json;
}

/**
 * Tells the result of a command: as text to people, as one JSON document to programs.
 *
 * @param text - Its lines.
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
