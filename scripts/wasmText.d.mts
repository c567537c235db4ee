/** Bytes as the text that `bytesOfText` of src/wasm.ts reads. */
export function textOfBytes(bytes: ArrayLike<number>): string;
