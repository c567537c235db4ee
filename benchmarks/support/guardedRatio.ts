import { quantile } from './table';

/** Two ways to do the same work, whose times are compared. */
export interface Contest {
  ours(): Promise<unknown>;
  other(): Promise<unknown>;
  /** Frees the result of `prepare`. */
  cleanup?(): void;
}

/** A ratio of times, ours / other, that must stay below a limit on every machine. */
export interface GuardedRatio {
  readonly name: string;
  readonly limit: number;
  prepare(): Promise<Contest>;
}

const REPEATS = 7;
const WARM_UPS = 2;
const ATTEMPTS = 3;

/**
 * Measures a ratio, and again up to twice while it is above its limit, since other processes on the
 * machine may slow it down. Prints each measurement.
 *
 * @returns True if the ratio was within its limit.
 */
export async function holds(ratio: GuardedRatio, say: (line: string) => void): Promise<boolean> {
  const contest = await ratio.prepare();
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const measured = await medianRatio(contest);
      const within = measured <= ratio.limit;
      const verdict = within
        ? 'ok'
        : attempt < ATTEMPTS
          ? 'beyond it, measured again'
          : 'BEYOND IT';
      say(`${ratio.name}: ${measured.toPrecision(2)}, limit ${ratio.limit}, ${verdict}`);
      if (within) return true;
    }
    return false;
  } finally {
    contest.cleanup?.();
  }
}

/** The median of ours / other over interleaved runs, after a warm-up. */
async function medianRatio({ ours, other }: Contest): Promise<number> {
  const ratios: number[] = [];
  for (let repeat = -WARM_UPS; repeat < REPEATS; repeat++) {
    const ratio = (await milliseconds(ours)) / (await milliseconds(other));
    if (repeat >= 0) ratios.push(ratio);
  }
  return quantile(ratios, 0.5);
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
