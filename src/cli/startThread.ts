import { isatty } from 'node:tty';
import { getHeapStatistics } from 'node:v8';
import { type MessagePort, Worker } from 'node:worker_threads';
import { mainErrors } from './mainErrors';
import type { ThreadData, ToCommand } from './threadData';

/**
 * Starts the thread of a command, with as much memory as the main thread may have.
 *
 * @param port - The thread's end of the channel.
 * @param send - Sends it a message.
 */
export function startThread(
  program: URL,
  words: readonly string[],
  port: MessagePort,
  send: (message: ToCommand) => void,
): Worker {
  const terminals = [0, 1, 2].map((descriptor) => isatty(descriptor));
  const terminal = terminals[2] ? process.stderr : terminals[1] ? process.stdout : null;
  const columns = terminal?.columns;
  const workerData: ThreadData = { words, port, terminals, columns };
  const thread = new Worker(program, {
    workerData,
    transferList: [port],
    // The command writes to the streams itself. What packages print is shown on standard error.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: getHeapStatistics().heap_size_limit / 2 ** 20 },
  });
  const errors = mainErrors();
  for (const printed of [thread.stdout, thread.stderr]) {
    printed.setEncoding('utf8');
    printed.on('data', (text: string) => errors.show(text.replace(/\n$/, '').split('\n')));
  }
  terminal?.on('resize', () => send({ kind: 'columns', columns: terminal.columns }));
  return thread;
}
