import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { lingering } from '../../src/runtime/lingering';

beforeEach(() => {
  vi.useFakeTimers();
  // As if the collector took at once what nobody holds.
  vi.stubGlobal(
    'WeakRef',
    class {
      deref() {
        return undefined;
      }
    },
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('a value stays the same for a second after each use, and is then made again', () => {
  const value = lingering(() => ({}));
  const first = value();
  for (let use = 0; use < 5; use++) {
    vi.advanceTimersByTime(900);
    expect(value()).toBe(first);
  }
  vi.advanceTimersByTime(2000);
  expect(value()).not.toBe(first);
});

it('a value that is still in memory is not made again', () => {
  vi.stubGlobal(
    'WeakRef',
    class<T> {
      constructor(readonly held: T) {}
      deref() {
        return this.held;
      }
    },
  );
  const value = lingering(() => ({}));
  const first = value();
  vi.advanceTimersByTime(10_000);
  expect(value()).toBe(first);
});

it('the timer keeps no process alive', () => {
  vi.useRealTimers();
  const set = vi.spyOn(globalThis, 'setTimeout');
  lingering(() => ({}))();
  const timer = set.mock.results[0].value;
  expect(timer.hasRef()).toBe(false);
  clearTimeout(timer);
  set.mockRestore();
});
