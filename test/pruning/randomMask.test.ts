import { randomMask } from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectOwned, readAndDispose, rows } from './masks';

await useBackend('cpu');

describe('randomMask', () => {
  it('prunes as many weights of every parameter, elsewhere; the same for the same seed', async () => {
    const mask = rows({ k1: [0, 0, 0, 1, 1, 1, 1, 1], k2: [1, 1], k3: [0, 0] });
    const draw = (seed?: number) => readAndDispose(randomMask(mask, { seed }));
    const counts = (masks: Record<string, number[]>) =>
      Object.values(masks).map((row) => row.filter((m) => m === 0).length);
    const drawn = await Promise.all([0, 1, 2, 3, 4].map(draw));
    for (const each of drawn) expect(counts(each)).toEqual([3, 0, 2]);
    expect(new Set(drawn.map(({ k1 }) => k1.join())).size).toBeGreaterThan(2);
    expect(await draw(3)).toEqual(drawn[3]);
    expect(await draw()).toEqual(drawn[0]);
    await expectOwned(() => randomMask(mask), 3, [mask]);
  });

  it('every choice is as likely: 6 ways to prune 2 of 4', async () => {
    const mask = rows({ k: [0, 0, 1, 1] });
    const tally = new Map<string, number>();
    for (let seed = 0; seed < 1200; seed++) {
      const { k } = await readAndDispose(randomMask(mask, { seed }));
      tally.set(k.join(), (tally.get(k.join()) ?? 0) + 1);
    }
    // Expected 200 each; χ² with 5 degrees of freedom is below 20.5 with probability 0.999.
    expect(tally.size).toBe(6);
    const chi = [...tally.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(chi).toBeLessThan(20.5);
  });

  it('refuses a seed that is no integer', async () => {
    await expect(randomMask(rows({ k: [1] }), { seed: 0.5 })).rejects.toThrow(
      /randomMask: seed must be an integer/,
    );
  });
});
