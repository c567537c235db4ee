/** A backend that the command brings. */
export type CommandBackend = 'wasm' | 'cpu';

/**
 * Starts the command's own tfjs backend: WebAssembly, or plain JavaScript where that is asked for or there is
 * no WebAssembly. A backend that is already set is kept. It loads tfjs, which commands without tensors do not.
 *
 * @returns The name of the backend.
 */
export async function useCommandBackend(name: CommandBackend = 'wasm'): Promise<string> {
  const { startBackend } = await import('./startBackend');
  return startBackend(name);
}
