import { fileURLToPath } from 'node:url';
import { startThreads, type WeightMatchFilesProgress, weightMatchFiles } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../support/fixtures';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));

/** The progress of a match after each of its steps. */
async function courseOf(
  { name, spec }: (typeof fixtures)[number],
  options: Parameters<typeof weightMatchFiles>[3],
) {
  const course: WeightMatchFilesProgress[] = [];
  const onProgress = (progress: WeightMatchFilesProgress) => course.push(progress);
  await weightMatchFiles(spec, fixture(`${name}_A`), fixture(`${name}_B`), {
    ...{ ...options, onProgress },
  });
  return course.filter(({ phase }) => phase !== 'start');
}

const variants = [{}, { method: 'coordinateDescent', start: 'identity' }, { restarts: 3 }] as const;

describe.each(fixtures)('the progress of a match of files, $name', (network) => {
  it.each(variants)('rises until a group moves, and ends at 1: %o', async (options) => {
    const course = await courseOf(network, options);
    for (const [i, { fraction, gain, secondsLeft }] of course.entries()) {
      expect(fraction).toBeGreaterThan(0);
      expect(fraction).toBeLessThanOrEqual(1);
      expect(secondsLeft).toBeGreaterThanOrEqual(0);
      if (i > 0 && gain === 0) expect(fraction).toBeGreaterThanOrEqual(course[i - 1].fraction);
    }
    expect(course.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0 });
    expect(course.filter(({ fraction }) => fraction < 1).length).toBeGreaterThan(1);
  });
});

it('counts the same steps on threads', async () => {
  const [network] = fixtures;
  const threads = await startThreads({ count: 2 });
  const course = await courseOf(network, { restarts: 3, threads });
  await threads.close();
  expect(course.at(-1)).toMatchObject({ fraction: 1, secondsLeft: 0 });
});

it('counts the rounds of a search', async () => {
  const course = await courseOf(fixtures[0], { search: { rounds: 4 } });
  const rounds = course.filter(({ phase }) => phase === 'search');
  expect(rounds.map(({ fraction }) => fraction)).toEqual([0.25, 0.5, 0.75, 1]);
});
