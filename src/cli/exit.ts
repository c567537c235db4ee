import { constants } from 'node:os';

/** The exit codes of the program. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** Failed for a reason other than the input, such as a full disk. */
  failed: 1,
  /** The command line or a file is wrong. */
  badInput: 2,
  /** The output exists, and replacing it was not confirmed. */
  refused: 3,
} as const;

/** The exit code for a signal: 128 and its number, as of a process that the signal ends. */
export function codeOfSignal(name: NodeJS.Signals): number {
  return 128 + constants.signals[name];
}

/** The reason of a command that a signal ends. */
export class SignalError extends Error {
  /** The class's name. */
  override readonly name = 'SignalError';

  constructor(
    /** The name of the signal. */
    readonly signal: NodeJS.Signals,
  ) {
    super(`received ${signal}`);
  }
}

/** Thrown if an output would be overwritten. */
export class RefusedError extends Error {
  /** The class's name. */
  override readonly name = 'RefusedError';
}

/** Thrown if the command line is wrong, or a file does not fit it. */
export class UsageError extends Error {
  /** The class's name. */
  override readonly name = 'UsageError';
}
