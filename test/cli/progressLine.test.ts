import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { progressLine } from '../../src/cli/progressLine';
import type { Session } from '../../src/cli/session';
import { textStream } from '../../src/cli/textStream';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('writes a line every ten seconds with --progress where there is no terminal', () => {
  let written = '';
  const err = textStream({ write: (text) => (written += text) }, 100);
  const line = progressLine({ err } as Session, { progress: true });
  for (let second = 0; second < 25; second++) {
    line.show(`second ${second}`);
    vi.advanceTimersByTime(1000);
  }
  line.clear();
  expect(written).toBe('second 0\nsecond 10\nsecond 20\n');
});
