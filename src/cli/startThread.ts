import { isatty } from 'node:tty';
import { getHeapStatistics } from 'node:v8';
import { type MessagePort, Worker } from 'node:worker_threads';
import { mainErrors } from './mainErrors';
import type { ThreadData, ToCommand } from './threadMessages';

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
  const columns = terminals[2] ? process.stderr.columns : undefined;
  const workerData: ThreadData = { words, port, terminals, columns };
  const thread = new Worker(program, {
    workerData,
    transferList: [port],
    // The command writes to the streams itself. What packages print is no part of a result.
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: getHeapStatistics().heap_size_limit / 2 ** 20 },
  });
  for (const printed of [thread.stdout, thread.stderr]) {
    printed.setEncoding('utf8');
    printed.on('data', (text: string) => mainErrors().show(text.replace(/\n$/, '').split('\n')));
  }
  if (terminals[2]) {
    process.stderr.on('resize', () => send({ kind: 'columns', columns: process.stderr.columns }));
  }
  return thread;
}
