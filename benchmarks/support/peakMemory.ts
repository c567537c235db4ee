import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** The memory of a piece of work beyond the memory before it. */
export interface PeakMemory {
  /** Resident bytes before the work. */
  readonly before: number;
  /** The most resident bytes during the work. */
  readonly peak: number;
  readonly seconds: number;
}

/**
 * Runs work once and measures the peak of the process's resident set: on Linux the kernel's high-water
 * mark, reset before the work; elsewhere the largest value when the work calls `look`.
 * The process should do nothing else, and must be started with `--expose-gc`.
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

/** Collects garbage twice, with a pause: array buffers are freed in the background. */
async function collectGarbage(): Promise<void> {
  if (!globalThis.gc) throw new Error('peakMemory: start node with --expose-gc');
  for (let time = 0; time < 2; time++) {
    globalThis.gc();
    await setTimeout(200);
  }
}

/** Resets the high-water mark; true on success, which takes Linux and is not possible in every container. */
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
