/** Bytes as the text that `bytesOfText` of src/runtime/wasmLoader.ts reads. */
export function textOfBytes(bytes: ArrayLike<number>): string;
