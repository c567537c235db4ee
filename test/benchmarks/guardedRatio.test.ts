import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Contest, holds } from '../../benchmarks/support/guardedRatio';

const takes = (milliseconds: number) => () => setTimeout(milliseconds);

/** True if a contest holds a limit of 1, and the lines that were printed. */
async function guarded(contest: Contest) {
  const said: string[] = [];
  const within = await holds({ name: 'sleep', limit: 1, prepare: async () => contest }, (line) =>
    said.push(line),
  );
  return { within, said };
}

describe('a guarded ratio', () => {
  it('within its limit is measured once', async () => {
    const { within, said } = await guarded({ ours: takes(2), other: takes(20) });
    expect(within).toBe(true);
    expect(said).toEqual([expect.stringMatching(/^sleep: 0\.\d+, limit 1, ok$/)]);
  });

  it('beyond its limit is measured three times, and fails', async () => {
    let cleanups = 0;
    const cleanup = () => {
      cleanups++;
    };
    const { within, said } = await guarded({ ours: takes(20), other: takes(2), cleanup });
    expect(within).toBe(false);
    expect(said).toHaveLength(3);
    expect(said[0]).toMatch(/beyond it, measured again$/);
    expect(said[2]).toMatch(/BEYOND IT$/);
    expect(cleanups).toBe(1);
  });

  it('that was beyond its limit by chance passes', async () => {
    let calls = 0;
    // 2 warm-ups and 7 repeats are one measurement.
    const ours = () => setTimeout(calls++ < 9 ? 20 : 2);
    const { within, said } = await guarded({ ours, other: takes(10) });
    expect(within).toBe(true);
    expect(said).toHaveLength(2);
  });

  it('is cleaned up after an error', async () => {
    let cleanups = 0;
    const fails = () => Promise.reject(new Error('broken'));
    const cleanup = () => {
      cleanups++;
    };
    await expect(guarded({ ours: fails, other: fails, cleanup })).rejects.toThrow('broken');
    expect(cleanups).toBe(1);
  });
});
