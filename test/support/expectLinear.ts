import { expect } from 'vitest';

/** The growth of the number, and the most growth of time: linear work grows by 8, quadratic work by up to 64. */
const [TIMES, MOST] = [8, 24];

/** The tries before a function counts as slow: a busy machine may disturb one. */
const TRIES = 3;

/**
 * Throws unless the time of a function grows in proportion to a number, from `n` to eight times as many.
 *
 * @param work - A function of the number; its preparation is not measured.
 */
export async function expectLinear(
  work: (n: number) => Promise<() => unknown>,
  n: number,
): Promise<void> {
  const [few, many] = [await work(n), await work(TIMES * n)];
  await few(); // Compiled code is compared.
  let growth = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && growth > MOST; tries++) {
    growth = (await secondsOf(many)) / (await secondsOf(few));
  }
  expect(growth).toBeLessThan(MOST);
}

/** The CPU time in seconds, which other work on the machine changes less than elapsed time. */
async function secondsOf(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
