/** The progress of long work. Each `onProgress` receives these fields and those of its own function. */
export interface Progress {
  /** Steps done so far. */
  readonly done: number;
  /** The number of steps; null if it is not known beforehand. */
  readonly total: number | null;
}
