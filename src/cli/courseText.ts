import type { WorkEstimate } from '../matching/internal';

/** The course of work for the progress line: the share that is done, and the estimated time that is left. */
export function courseText({ fraction, secondsLeft }: WorkEstimate): string {
  const share = `${Math.floor(100 * fraction)} %`;
  return secondsLeft === null ? share : `${share}  about ${duration(secondsLeft)} left`;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
