/** Samples that lie together: one block. */
export const BLOCK = 8;

/** Bytes of a value of all samples of a block. */
export const VALUE = 4 * BLOCK;

/** Maps [blocks, size, size, channels, 8] in the kernels' memory. */
export interface Maps {
  readonly address: number;
  /** The address of the gradient of the loss with respect to the maps; 0 if it is not computed. */
  readonly gradient: number;
  readonly size: number;
  readonly channels: number;
}

/** Bytes from a block to the next. */
export function strideOf({ size, channels }: Pick<Maps, 'size' | 'channels'>): number {
  return VALUE * size ** 2 * channels;
}
