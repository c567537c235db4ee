import { bytesOfText } from './wasmText';

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
