import '@tensorflow/tfjs-backend-cpu';
import { parentPort, workerData } from 'node:worker_threads';
import { setBackend } from '@tensorflow/tfjs-core';
import { currentInput } from './currentInput';
import { fuzz } from './fuzz';
import type { RoundResult, WorkerTask } from './fuzzInThread';
import { parsers } from './parsers';

/** Fuzzes the parser that the main thread chose, round by round, and posts the result of each. */
const { name, rounds, mutants, memory } = workerData as WorkerTask;
const current = currentInput(memory);
const parser = parsers.find((each) => each.name === name)!;

await setBackend('cpu');
for (const seed of rounds) {
  const failure = await fuzz(parser, { mutants, seed, onInput: current.set });
  const error = failure && String((failure.error as Error)?.stack ?? failure.error);
  parentPort!.postMessage({
    seed,
    failure: failure && { ...failure, error },
  } satisfies RoundResult);
}
