import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('../../../scripts/run.ts', import.meta.url));

/**
 * Runs a part of a CIFAR-10 study in a process of its own, beside this one: the same study with the same
 * arguments and `--part PART`. It ends with this process.
 */
export function inChild(study: string, part: string): Promise<void> {
  const own = process.argv.slice(2);
  const child = fork(runner, ['examples/paper', 'cifar', study, ...own, '--part', part]);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`the part '${part}' of ${study} ended with ${code ?? signal}`));
    });
  });
}

/** Ends this process when its parent is gone, if `inChild` has started it. */
export function endWithParent(): void {
  process.once('disconnect', () => process.exit(1));
  // A listener alone would keep the process alive after its work.
  process.channel?.unref();
}
