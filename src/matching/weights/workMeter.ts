/** The course of work as far as it can be counted ahead. */
export interface WorkEstimate {
  /** The share of the work that is done, from 0 to 1. */
  readonly fraction: number;
  /** The estimated time that is left, in seconds; null at the start. */
  readonly secondsLeft: number | null;
}

/** A count of work that is done against work that is left. Its unit is one multiplication of a product. */
export interface WorkMeter {
  /** Sets the work that is left. */
  expect(left: number): void;
  /** Adds work that has been done since. */
  did(work: number): void;
  /**
   * Ends a step: it counts as this much work, even if less was seen of it, as on another thread.
   *
   * @param left - The work that is left after it.
   */
  reach(work: number, left: number): void;
  estimate(): WorkEstimate;
}

/** The least time between two calls of `onWork`, in milliseconds. */
const PAUSE = 1000;

/**
 * A meter at its start.
 *
 * @param onWork - Called now and then as work is done.
 * @param now - The time in milliseconds.
 */
export function workMeter(onWork: () => void, now: () => number = Date.now): WorkMeter {
  const start = now();
  let called = start;
  let [done, left] = [0, 0];
  /** The work that was done, and that was left, at the end of the last step. */
  let [reached, leftThen] = [0, 0];
  /** The fraction does not fall where a step took more work than was expected, unless the work to come has grown. */
  let least = 0;

  const fraction = () => (done + left === 0 ? 0 : done / (done + left));
  return {
    expect(work) {
      if (work > left) least = 0;
      left = work;
      leftThen = work;
    },
    did(work) {
      least = Math.max(least, fraction());
      done += work;
      left = Math.max(0, left - work);
      if (now() - called < PAUSE) return;
      called = now();
      onWork();
    },
    reach(work, leftNow) {
      const hasGrown = leftNow > leftThen - work;
      least = hasGrown ? 0 : Math.max(least, fraction());
      done = Math.max(done, reached + work);
      reached = done;
      left = leftNow;
      leftThen = leftNow;
      called = now();
    },
    estimate() {
      least = Math.max(least, fraction());
      return {
        fraction: least,
        secondsLeft: done === 0 ? null : ((now() - start) / 1000) * (left / done),
      };
    },
  };
}
