import type { WeightMatchProgress } from '../matching';
import { type WorkEstimate, type WorkMeter, workMeter } from '../matching/internal';

/** Progress of {@link weightMatchFiles}: after every step, and about every second of reading and multiplying. */
export interface WeightMatchFilesProgress extends Omit<WeightMatchProgress, 'phase' | 'objective'> {
  /** `'start'` until the first step; then as in `weightMatch`. */
  readonly phase: 'start' | WeightMatchProgress['phase'];
  /** S after the last step; null before the first. */
  readonly objective: number | null;
  /**
   * The share of the work of all runs that this call has done, if no group moves again: multiplications and values to
   * read, counted ahead. A group that moves adds work, so that the share may fall. In a search, the share of its rounds.
   */
  readonly fraction: number;
  /** The estimated time until the runs end, in seconds, by the work so far; null at the start. */
  readonly secondsLeft: number | null;
}

type Steps = Omit<WeightMatchFilesProgress, keyof WorkEstimate>;

/** The fields of progress before the first step. */
const BEFORE_STEPS: Steps = {
  phase: 'start',
  ...{ done: 0, total: null, restart: 0 },
  ...{ sweep: 0, group: null, objective: null, gain: 0 },
};

/** The meter of a match, and the callback for its steps. */
export interface MatchProgress {
  readonly meter: WorkMeter;
  readonly onProgress: (step: WeightMatchProgress) => void;
}

/** Passes the steps of a match on with the course of its work, and calls `onProgress` between them. */
export function matchProgress(
  onProgress: (progress: WeightMatchFilesProgress) => void,
): MatchProgress {
  let last = BEFORE_STEPS;
  let runsEnd = Date.now();
  const meter = workMeter(() => onProgress({ ...last, ...meter.estimate() }));
  return {
    meter,
    onProgress(step) {
      last = step;
      if (step.phase !== 'search') runsEnd = Date.now();
      const seconds = (Date.now() - runsEnd) / 1000;
      const course = step.phase === 'search' ? roundsLeft(step, seconds) : meter.estimate();
      onProgress({ ...step, ...course });
    },
  };
}

/** The course of a search by its rounds, if their number is known. */
function roundsLeft({ done, total }: WeightMatchProgress, seconds: number): WorkEstimate {
  if (total === null) return { fraction: 0, secondsLeft: null };
  return {
    fraction: done / total,
    secondsLeft: done === 0 ? null : (seconds * (total - done)) / done,
  };
}
