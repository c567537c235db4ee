/** Bytes as the text that `bytesOfText` of src/wasmText.ts reads. */
export function textOfBytes(bytes: ArrayLike<number>): string;
