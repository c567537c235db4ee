import { workerData } from 'node:worker_threads';
import { onTemporary } from '../node/internal';
import { codeOfStreams } from './codeOfStreams';
import { SignalError } from './exit';
import { runCommand } from './runCommand';
import { standardStream } from './standardStream';
import type { FromCommand, ThreadData, ToCommand } from './threadMessages';

/** Runs the command in this thread, and sends its exit code to the main thread. */
export async function runInThread(): Promise<void> {
  const { words, port, terminals, columns } = workerData as ThreadData;
  const interruption = new AbortController();
  const [out, err] = [
    standardStream(1, terminals[1], columns),
    standardStream(2, terminals[2], columns),
  ];
  let answer = (_: string): void => {};
  const tell = (message: FromCommand) => port.postMessage(message);
  port.on('message', (message: ToCommand) => {
    if (message.kind === 'signal') interruption.abort(new SignalError(message.name));
    else if (message.kind === 'answer') answer(message.text);
    else out.columns = err.columns = message.columns;
  });
  onTemporary((path, isThere) => tell({ kind: 'temporary', path, isThere }));
  const ask = (question: string) => {
    err.write(question);
    return new Promise<string>((resolve) => {
      answer = resolve;
      tell({ kind: 'question' });
    });
  };
  const code = await runCommand(words, {
    ...{ out, err, signal: interruption.signal },
    ask: terminals[0] && terminals[2] ? ask : null,
  });
  tell({ kind: 'ended', code: codeOfStreams(code, out, err) });
  port.close();
}
