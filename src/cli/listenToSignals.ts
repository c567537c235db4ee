import { codeOfSignal } from './exit';

/** The signals that end a command. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds after the first signal in which another one counts as the same: `npx` passes each signal on. */
const SAME = 200;

/** Milliseconds from the first signal until a command that has not ended is ended. */
const GRACE = 5000;

/** The signals of the process. */
export interface Signals {
  /** The exit code for the signal that ended the command; null if there was none. */
  code(): number | null;
  /** Ends the process as the signal does where nothing listens to it. */
  raise(name: NodeJS.Signals): void;
  /** Ends listening. */
  close(): void;
}

/**
 * Listens to the signals that end a command.
 *
 * @param abort - Called at the first signal.
 * @param end - Called once at the second, or after the grace period.
 */
export function listenToSignals({
  abort,
  end,
}: {
  readonly abort: (name: NodeJS.Signals) => void;
  readonly end: (name: NodeJS.Signals) => void;
}): Signals {
  let first: { readonly name: NodeJS.Signals; readonly at: number } | null = null;
  let grace: NodeJS.Timeout | undefined;
  let isEnding = false;
  const endOnce = (name: NodeJS.Signals) => {
    if (!isEnding) end(name);
    isEnding = true;
  };
  const hear = (name: NodeJS.Signals) => {
    if (first === null) {
      first = { name, at: Date.now() };
      grace = setTimeout(endOnce, GRACE, name);
      abort(name);
    } else if (Date.now() - first.at >= SAME) endOnce(name);
  };
  const close = () => {
    clearTimeout(grace);
    for (const name of SIGNALS) process.off(name, hear);
  };
  for (const name of SIGNALS) process.on(name, hear);
  return {
    code: () => first && codeOfSignal(first.name),
    raise(name) {
      close();
      process.kill(process.pid, name);
    },
    close,
  };
}
