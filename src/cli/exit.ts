/** The exit codes of the program. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** It failed for a reason that is not the input's, such as a full disk. */
  failed: 1,
  /** The command line or a file is wrong. */
  badInput: 2,
  /** There is already something where the output should go, and nobody said to replace it. */
  refused: 3,
  /** Ctrl-C, or SIGTERM. */
  interrupted: 130,
} as const;

/** Thrown where an output would be overwritten. */
export class RefusedError extends Error {
  /** The class's name. */
  override readonly name = 'RefusedError';
}

/** Thrown where a command was given wrongly, or a file does not fit it. */
export class UsageError extends Error {
  /** The class's name. */
  override readonly name = 'UsageError';
}
