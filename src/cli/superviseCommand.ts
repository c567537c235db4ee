import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { removeTemporaries } from '../node/internal';
import { ask } from './ask';
import { listenToSignals } from './listenToSignals';
import { startThread } from './startThread';
import { tellThreadFailure } from './tellThreadFailure';
import type { FromCommand, ToCommand } from './threadMessages';

/** Milliseconds that a thread has to stop when it is ended. One that waits for a full pipe does not stop. */
const STOP = 500;

/**
 * Runs a command in a thread, and resolves to its exit code. The first signal aborts the command, which then leaves
 * nothing incomplete. A second one, or the end of a grace period, ends the thread, and temporary files are removed.
 *
 * @param program - The file that runs the command where it is not the main thread.
 * @param words - The words after the name of the program.
 */
export async function superviseCommand(program: URL, words: readonly string[]): Promise<number> {
  const { port1: port, port2 } = new MessageChannel();
  const temporaries = new Set<string>();
  const interruption = new AbortController();
  let code: number | null = null;
  let failure: unknown = null;
  const send = (message: ToCommand) => port.postMessage(message);
  const receive = (message: FromCommand) => {
    if (message.kind === 'ended') code = message.code;
    else if (message.kind === 'question') {
      ask(interruption.signal).then((text) => send({ kind: 'answer', text }));
    } else if (message.isThere) temporaries.add(message.path);
    else temporaries.delete(message.path);
  };
  const removeAll = () => {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
      receive(next.message);
    }
    removeTemporaries([...temporaries]);
  };
  const thread = startThread(program, words, port2, send);
  thread.once('error', (error) => {
    failure = error;
  });
  const signals = listenToSignals({
    abort(name) {
      interruption.abort();
      send({ kind: 'signal', name });
    },
    end(name) {
      endThread(thread, () => {
        removeAll();
        signals.raise(name);
      });
    },
  });
  port.on('message', receive);
  await new Promise((resolve) => thread.once('exit', resolve));
  removeAll();
  signals.close();
  port.close();
  return code ?? signals.code() ?? tellThreadFailure(failure, words);
}

/** Ends a thread. `otherwise` is called if it does not stop soon. */
function endThread(thread: Worker, otherwise: () => void): void {
  const timer = setTimeout(otherwise, STOP);
  thread.once('exit', () => clearTimeout(timer));
  thread.terminate();
}
