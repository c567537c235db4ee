import { UsageError } from './exit';

/** A backend that the command brings. */
export type CommandBackend = 'wasm' | 'cpu';

/**
 * Starts the command's own tfjs backend: WebAssembly, or plain JavaScript where that is asked for or there is
 * no WebAssembly. A backend that is already set is kept. It loads tfjs, which commands without tensors do not.
 *
 * @returns The name of the backend.
 */
export async function useCommandBackend(name: CommandBackend = 'wasm'): Promise<string> {
  try {
    const { startBackend } = await import('./startBackend');
    return await startBackend(name);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes('@tensorflow/tfjs-core')) throw error;
    throw new UsageError(
      'this needs @tensorflow/tfjs-core, a peer of perm-lmc that is not installed: run npm install @tensorflow/tfjs-core',
    );
  }
}
