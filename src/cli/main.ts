#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { EXIT } from './exit';
import { runCommand } from './runCommand';

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted); // A second signal ends it at once.
    interruption.abort(new Error(`received ${name}`));
  });
}
for (const stream of [process.stdout, process.stderr]) {
  // EPIPE: the reader has closed the pipe, like `head`.
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? EXIT.done : EXIT.failed);
  });
}

process.exitCode = await runCommand(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  signal: interruption.signal,
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
});

/** One line from the terminal; empty at the end of input, or on interruption. */
function ask(question: string): Promise<string> {
  // With `terminal: false`, the terminal edits the line and turns Ctrl-C into a signal.
  const lines = createInterface({ input: process.stdin, terminal: false });
  process.stderr.write(question);
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => resolve(''));
    interruption.signal.addEventListener('abort', () => lines.close(), { once: true });
  });
}
