import { nextTurn } from './nextTurn';

/** The bytes of a file. Errors name the file and say what the visitor can do. */
export async function readFile(file: File, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    await nextTurn(signal);
    return bytes;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Error(`'${file.name}' could not be read. ${remedyFor(error)}`, { cause: error });
  }
}

function remedyFor(error: unknown): string {
  // Browsers throw it for an array that is too long or does not fit.
  if (error instanceof RangeError) return 'There is not enough memory: close other tabs.';
  return 'If it was changed, moved or deleted since it was chosen, choose it again.';
}
