import { runCommand } from '../../src/cli/runCommand';

/** The text that a command wrote, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The terminal of a command, and the user at it. */
export interface Terminal {
  /** True if standard output and error are terminals. Default: false. */
  readonly isTTY?: boolean;
  /** The number of columns of the terminal. Default 80. */
  readonly columns?: number;
  /** The answer to a question. Default: there is no terminal to ask on. */
  readonly answer?: string;
  /** Called with every text on standard error, and may interrupt. */
  readonly onError?: (text: string, interrupt: () => void) => void;
}

/** Runs a command line in this process, on streams that keep what is written. */
export async function run(
  words: readonly string[],
  { isTTY = false, columns = 80, answer, onError }: Terminal = {},
): Promise<Outcome> {
  const interruption = new AbortController();
  const said = { out: '', err: '' };
  const code = await runCommand(words, {
    signal: interruption.signal,
    out: {
      isTTY,
      columns,
      write: (text) => {
        said.out += text;
      },
    },
    err: {
      isTTY,
      columns,
      write: (text) => {
        said.err += text;
        onError?.(text, () => interruption.abort(new Error('interrupted')));
      },
    },
    ask:
      answer === undefined
        ? null
        : async (question) => {
            said.err += question;
            return answer;
          },
  });
  return { code, ...said };
}
