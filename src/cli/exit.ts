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
  /** Ctrl-C, or SIGTERM. */
  interrupted: 130,
} as const;

/** The end of a command that failed. */
export interface Ending {
  readonly code: number;
  /** The text for standard error; null if it is already written. */
  readonly message: string | null;
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
