/**
 * A function that gives an instance of a WebAssembly module that is embedded as text: compiled at the
 * first call, and the same instance as long as the garbage collector leaves it. To have the system
 * clear new memory takes longer than most of what is done in it.
 *
 * The function returns null without WebAssembly or without what the module needs of it (SIMD), or where
 * a content security policy forbids it.
 */
export function wasmLoader<Exports extends object>(text: string): () => Exports | null {
  let compiled: WebAssembly.Module | null | undefined;
  let last: WeakRef<Exports> | undefined;
  return () => {
    if (compiled === undefined) compiled = compile(text);
    if (compiled === null) return null;
    const exports = last?.deref() ?? (new WebAssembly.Instance(compiled).exports as Exports);
    last = new WeakRef(exports);
    return exports;
  };
}

function compile(text: string): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(bytesOfText(text));
  } catch {
    return null;
  }
}

/** The first character that is a digit: '#', the one after the double quote, so that none has to be escaped. */
const FIRST = 35;
/** Digits are the characters from '#' to 'z'; what follows on them says that 88 or 176 are to be added. */
const BASE = 88;

/**
 * The bytes of a WebAssembly module that is embedded as text: one character for each byte below 88, which
 * most are, two for the others. gzip packs it a tenth smaller than hexadecimal, and
 * that smaller than base64, in which bytes that repeat do not look the same. scripts/wasmText.mjs writes it.
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
