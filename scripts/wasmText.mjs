/** Bytes as the text that `bytesOfText` of src/runtime/wasmLoader.ts reads, which says why it is as it is. */
export function textOfBytes(bytes) {
  const character = (digit) => String.fromCharCode(35 + digit);
  return Array.from(bytes, (byte) => {
    const high = Math.floor(byte / 88);
    return (high === 0 ? '' : character(87 + high)) + character(byte % 88);
  }).join('');
}
