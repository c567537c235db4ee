/** A file to write into an archive, stored as it is. */
export interface WrittenFile {
  readonly name: string;
  /** The number of its bytes. */
  readonly size: number;
}

/** Fields of 32 bits with this value have 64 bits elsewhere. */
export const WIDE = 0xffffffff;

/** Flags of every file: sizes and checksum are behind the data, and the name is UTF-8. */
export const FLAGS = 0x0808;

/** True for a file whose size does not fit in 32 bits. */
export function isLarge({ size }: WrittenFile): boolean {
  return size >= WIDE;
}

/** The version of the format that readers need: that of large files, or that of folders. */
export function versionFor(isWide: boolean): number {
  return isWide ? 45 : 20;
}
