import { createInterface } from 'node:readline';

/** One line from the terminal; empty at the end of input, or on interruption. */
export function ask(interruption: AbortSignal): Promise<string> {
  // With `terminal: false`, the terminal edits the line and turns Ctrl-C into a signal.
  const lines = createInterface({ input: process.stdin, terminal: false });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => resolve(''));
    if (interruption.aborted) lines.close();
    interruption.addEventListener('abort', () => lines.close(), { once: true });
  });
}
