/**
 * A function that gives an instance of a WebAssembly module that is embedded in hexadecimal: compiled at
 * the first call, and the same instance as long as the garbage collector leaves it. To have the system
 * clear new memory takes longer than most of what is done in it.
 *
 * The function returns null without WebAssembly or without what the module needs of it (SIMD), or where
 * a content security policy forbids it.
 */
export function wasmLoader<Exports extends object>(hex: string): () => Exports | null {
  let compiled: WebAssembly.Module | null | undefined;
  let last: WeakRef<Exports> | undefined;
  return () => {
    if (compiled === undefined) compiled = compile(hex);
    if (compiled === null) return null;
    const exports = last?.deref() ?? (new WebAssembly.Instance(compiled).exports as Exports);
    last = new WeakRef(exports);
    return exports;
  };
}

function compile(hex: string): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(bytesOf(hex));
  } catch {
    return null;
  }
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));
}
