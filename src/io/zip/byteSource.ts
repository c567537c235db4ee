/** Bytes that are read in parts, such as those of a file. */
export interface ByteSource {
  /** The number of bytes. */
  readonly size: number;
  /** Reads the bytes from `begin` to before `end`. `yieldPoint` is awaited between reads. */
  readonly read: (
    begin: number,
    end: number,
    yieldPoint?: () => Promise<void>,
  ) => Promise<Uint8Array<ArrayBuffer>>;
}
