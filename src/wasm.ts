/**
 * Compiles a WebAssembly module that is embedded as base64.
 *
 * @returns null without WebAssembly or without what the module needs of it (SIMD), or where a content
 * security policy forbids it.
 */
export function compileWasm(base64: string): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    );
  } catch {
    return null;
  }
}
