import { describe, expect, it, vi } from 'vitest';
import { workMeter } from '../../../src/matching/weights/workMeter';

/** A meter with a clock that is set by hand. */
function timedMeter() {
  const clock = { milliseconds: 0 };
  const onWork = vi.fn();
  return { clock, onWork, meter: workMeter(onWork, () => clock.milliseconds) };
}

describe('a meter of work', () => {
  it('knows nothing at the start', () => {
    const { meter } = timedMeter();
    meter.expect(100);
    expect(meter.estimate()).toEqual({ fraction: 0, secondsLeft: null });
  });

  it('takes the time that is left from the work so far', () => {
    const { meter, clock } = timedMeter();
    meter.expect(100);
    clock.milliseconds = 3000;
    meter.did(20);
    // 20 of 100 took 3 s, so 80 take 12 s.
    expect(meter.estimate()).toEqual({ fraction: 0.2, secondsLeft: 12 });
  });

  it('counts a step as its work, whether it was seen before its end or not', () => {
    const { meter } = timedMeter();
    meter.expect(100);
    meter.did(30);
    meter.reach(40, 60);
    expect(meter.estimate().fraction).toBe(0.4);
    meter.reach(10, 50);
    expect(meter.estimate().fraction).toBe(0.5);
  });

  it('does not fall by work that takes more than expected, and falls by work that is added', () => {
    const { meter } = timedMeter();
    meter.expect(10);
    meter.did(9);
    meter.reach(5, 5);
    expect(meter.estimate().fraction).toBe(0.9);
    meter.reach(1, 30);
    expect(meter.estimate().fraction).toBe(0.25); // 10 of 40
  });

  it('ends at 1', () => {
    const { meter, clock } = timedMeter();
    clock.milliseconds = 10;
    meter.expect(10);
    meter.reach(10, 0);
    expect(meter.estimate()).toEqual({ fraction: 1, secondsLeft: 0 });
  });

  it('tells of work about every second', () => {
    const { meter, clock, onWork } = timedMeter();
    meter.expect(10);
    for (clock.milliseconds = 0; clock.milliseconds < 3500; clock.milliseconds += 100)
      meter.did(0.1);
    expect(onWork).toHaveBeenCalledTimes(3);
  });
});
