import { Worker } from 'node:worker_threads';
import { currentInput, inputMemory } from './currentInput';
import type { FuzzFailure } from './fuzz';

/** The rounds of a parser, each with its seed. */
export interface Rounds {
  readonly name: string;
  readonly rounds: readonly number[];
  readonly mutants: number;
}

/** A task of a thread. */
export interface WorkerTask extends Rounds {
  readonly memory: SharedArrayBuffer;
}

/** The end of a round: the failure with its error as text, if there was one. */
export interface RoundResult {
  readonly seed: number;
  readonly failure: FuzzFailure | null;
}

/** The time without an input after which a thread hangs, in milliseconds. */
const LONGEST = 60_000;

/** The most memory of objects, in MiB. */
const MEMORY = 1024;

/** The code that begins a thread: tsx reads TypeScript only where it is registered. */
const BEGIN = `import('tsx/esm/api').then(({ register }) => {
  register();
  return import(${JSON.stringify(new URL('./fuzzWorker.ts', import.meta.url))});
});`;

/**
 * Fuzzes a parser in a thread. A thread that hangs, or ends by an error or for want of memory, is a failure of the
 * input that it had; another one takes the rounds that are left.
 *
 * @param onRound - Called with the result of each round.
 */
export async function fuzzInThread(task: Rounds, onRound: (result: RoundResult) => void) {
  let rounds = task.rounds;
  while (rounds.length > 0) {
    const done = await runThread({ ...task, rounds }, onRound);
    rounds = rounds.slice(done);
  }
}

/** Runs a thread to its end. Resolves to the number of rounds that it finished, a failing last one included. */
function runThread(task: Rounds, onRound: (result: RoundResult) => void): Promise<number> {
  const memory = inputMemory();
  const current = currentInput(memory);
  const worker = new Worker(BEGIN, {
    eval: true,
    workerData: { ...task, memory } satisfies WorkerTask,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  let done = 0;
  return new Promise((resolve) => {
    const fail = (error: unknown) => {
      const seed = task.rounds[done++];
      onRound({ seed, failure: { input: current.get(), error, mutant: Number.NaN } });
      worker.terminate().then(() => resolve(done));
    };
    const watch = watchCount(current.count, () => fail(`no end after ${LONGEST / 1000} s`));
    worker.on('message', (result: RoundResult) => {
      done++;
      onRound(result);
    });
    worker.on('error', (error) => fail(error.stack));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(done);
    });
  });
}

/** Calls `onHang` when a count stays the same. */
function watchCount(count: () => number, onHang: () => void): NodeJS.Timeout {
  let before = -1;
  const watch = setInterval(() => {
    if (count() !== before) before = count();
    else {
      clearInterval(watch);
      onHang();
    }
  }, LONGEST);
  return watch;
}
