/** The first character that is a digit: '#', behind every kind of quote but the backtick and the apostrophe. */
const FIRST = 35;
/** Digits are the characters from '#' to 'z'; what follows on them says that 88 or 176 are to be added. */
const BASE = 88;

/**
 * The bytes of a WebAssembly module that is embedded as text: one character for each byte below 88, which
 * most are, two for the others. gzip and brotli see bytes that repeat as they are, and pack it smaller by
 * a seventh than hexadecimal. scripts/wasmText.mjs writes it.
 */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let high = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - FIRST;
    if (digit < BASE) {
      bytes.push(high + digit);
      high = 0;
    } else high = BASE * (digit - BASE + 1);
  }
  return Uint8Array.from(bytes);
}
