import { getHeapStatistics } from 'node:v8';
import { EXIT } from './exit';
import { mainErrors } from './mainErrors';
import { stackLines } from './stackLines';

/** Shows why the thread of a command ended without an exit code, and returns one. */
export function tellThreadFailure(failure: unknown, words: readonly string[]): number {
  const errors = mainErrors();
  errors.show([`perm-lmc: ${reasonOf(failure)}`]);
  if (failure !== null && words.includes('--debug')) errors.show(stackLines(failure));
  return EXIT.failed;
}

function reasonOf(failure: unknown): string {
  if ((failure as NodeJS.ErrnoException | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const limit = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
    return `out of memory: ${limit} MiB are not enough. NODE_OPTIONS=--max-old-space-size=${2 * limit} allows twice as much`;
  }
  if (failure === null) return 'failed: the command ended without a result';
  return `failed: ${failure instanceof Error ? failure.message : String(failure)}`;
}
