import { lingering } from './lingering';

/**
 * A function that returns an instance of an embedded WebAssembly module. The module is compiled at the
 * first call. The same instance is returned as long as it is {@link lingering}, because zeroing fresh memory takes
 * longer than most uses of it.
 *
 * The function returns null if WebAssembly or its SIMD is missing, or a content security policy forbids it.
 *
 * @param text - The module as {@link bytesOfText} reads it.
 */
export function wasmLoader<Exports extends object>(text: string): () => Exports | null {
  let instance: (() => Exports) | null | undefined;
  return () => {
    if (instance === undefined) {
      const compiled = compile(text);
      instance = compiled && lingering(() => new WebAssembly.Instance(compiled).exports as Exports);
    }
    return instance?.() ?? null;
  };
}

function compile(text: string): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(bytesOfText(text));
  } catch {
    return null;
  }
}

/** The first digit is '#': the character after the double quote, which would need escaping. */
const FIRST = 35;
/** Digits are the 88 characters '#' … 'z'. The two after them add 88 or 176 to the digit that follows. */
const BASE = 88;

/**
 * The bytes of an embedded WebAssembly module, written by scripts/wasmText.mjs: one character for each byte
 * below 88, two for the others. Unlike in base64, equal sequences of bytes give equal text, which
 * gzip compresses well.
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
