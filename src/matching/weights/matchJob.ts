import type { DescentStep } from './coordinateDescent';
import {
  type FoundRun,
  type MatchEngine,
  type MatchRun,
  type RunSettings,
  runMatch,
} from './runMatch';
import type { ChainEnd } from './search/searchChain';
import { type SearchJob, searchJob } from './search/searchJob';

/** Work of a match that one thread does from start to end, as data. */
export type MatchJob =
  | { readonly kind: 'run'; readonly run: MatchRun }
  | { readonly kind: 'search'; readonly search: SearchJob };

/** The result of a job. */
export type JobResult<Job extends MatchJob> = Job extends { kind: 'run' }
  ? FoundRun
  : ChainEnd | null;

/** An event of a job: a step of a run, or the best S after a round of a search. */
export type JobEvent = DescentStep | { readonly best: number };

/** Does a job. */
export async function matchJob<Matrix, Job extends MatchJob>(
  engine: MatchEngine<Matrix>,
  job: Job,
  settings: Omit<RunSettings, 'onStep'>,
  onEvent: (event: JobEvent) => void,
): Promise<JobResult<Job>> {
  const result =
    job.kind === 'run'
      ? runMatch(engine, job.run, { ...settings, onStep: onEvent })
      : searchJob(engine, job.search, settings, (best) => onEvent({ best }));
  return (await result) as JobResult<Job>;
}
