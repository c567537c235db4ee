import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** What a piece of work took beyond what was there before it. */
export interface PeakMemory {
  /** Resident bytes before the work. */
  readonly before: number;
  /** The most resident bytes during the work. */
  readonly peak: number;
  readonly seconds: number;
}

/**
 * Runs work once and measures the peak of the process's resident set: on Linux the kernel's high-water
 * mark, set back before the work; elsewhere the largest value at the moments when the work calls `look`.
 * The process should do nothing else and have been started with `--expose-gc`.
 */
export async function peakMemory(
  work: (look: () => void) => Promise<unknown>,
): Promise<PeakMemory> {
  await collectGarbage();
  const before = process.memoryUsage.rss();
  const marked = resetHighWaterMark();
  let seen = before;
  const look = () => {
    seen = Math.max(seen, process.memoryUsage.rss());
  };
  const start = performance.now();
  await work(look);
  const seconds = (performance.now() - start) / 1000;
  look();
  return { before, peak: marked ? highWaterMark() : seen, seconds };
}

/** Twice, with time between: array buffers are given back in the background. */
async function collectGarbage(): Promise<void> {
  if (!globalThis.gc) throw new Error('peakMemory: start node with --expose-gc');
  for (let time = 0; time < 2; time++) {
    globalThis.gc();
    await setTimeout(200);
  }
}

/** Whether it could be done: Linux only, and not in every container. */
function resetHighWaterMark(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function highWaterMark(): number {
  return 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
}
