import type { DescentStep } from './coordinateDescent';
import {
  type FoundRun,
  type MatchEngine,
  type MatchRun,
  type RunSettings,
  runMatch,
} from './runMatch';
import type { RunPoint } from './runPoint';
import type { ChainEnd } from './search/searchChain';
import { type SearchJob, searchJob } from './search/searchJob';

/** Work of a match that one thread does from start to end, as data. */
export type MatchJob =
  | {
      readonly kind: 'run';
      readonly run: MatchRun;
      /** True for events with the state of the run. */
      readonly tellsState?: boolean;
    }
  | { readonly kind: 'search'; readonly search: SearchJob };

/** The result of a job. */
export type JobResult<Job extends MatchJob> = Job extends { kind: 'run' }
  ? FoundRun
  : ChainEnd | null;

/** The state of a run: a point of its descent, or its result. */
export type RunState = { readonly point: RunPoint } | { readonly found: FoundRun };

/** An event of a job: a step or the state of a run, or the best S after a round of a search. */
export type JobEvent = DescentStep | RunState | { readonly best: number };

/** Does a job. */
export async function matchJob<Matrix, Job extends MatchJob>(
  engine: MatchEngine<Matrix>,
  job: Job,
  settings: Omit<RunSettings, 'onStep' | 'onPoint'>,
  onEvent: (event: JobEvent) => void,
): Promise<JobResult<Job>> {
  if (job.kind === 'search') {
    const end = await searchJob(engine, job.search, settings, (best) => onEvent({ best }));
    return end as JobResult<Job>;
  }
  const onPoint = job.tellsState ? (point: RunPoint) => onEvent({ point }) : undefined;
  const found = await runMatch(engine, job.run, { ...settings, onStep: onEvent, onPoint });
  if (job.tellsState) onEvent({ found });
  return found as JobResult<Job>;
}
