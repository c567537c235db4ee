/** The end of a command that failed. */
export interface Ending {
  readonly code: number;
  /** The text for standard error; null if it is already written. */
  readonly message: string | null;
}
