import { afterEach, describe, expect, it, vi } from 'vitest';
import { peakMemory } from '../../benchmarks/support/peakMemory';

const MEGABYTE = 2 ** 20;

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('peakMemory', () => {
  it('finds 300 MB that the work took and had given up when it ended', async () => {
    vi.stubGlobal('gc', () => {});
    const { before, peak } = await peakMemory(async (look) => {
      new Uint8Array(300 * MEGABYTE).fill(1);
      look();
    });
    expect(peak - before).toBeGreaterThan(280 * MEGABYTE);
    expect(peak - before).toBeLessThan(400 * MEGABYTE);
  });

  it('asks for --expose-gc where it is missing', async () => {
    vi.stubGlobal('gc', undefined);
    await expect(peakMemory(async () => {})).rejects.toThrow('--expose-gc');
  });
});
