/** How far long work has got: what every `onProgress` of the library receives, with fields of its own. */
export interface Progress {
  /** Steps done so far. */
  readonly done: number;
  /** Steps that there are; null where that is not known beforehand. */
  readonly total: number | null;
}
