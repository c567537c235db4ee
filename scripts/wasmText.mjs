/** Bytes as the text that `bytesOfText` of src/runtime/wasmLoader.ts reads; the format is described there. */
export function textOfBytes(bytes) {
  const character = (digit) => String.fromCharCode(35 + digit);
  return Array.from(bytes, (byte) => {
    const high = Math.floor(byte / 88);
    return (high === 0 ? '' : character(87 + high)) + character(byte % 88);
  }).join('');
}
