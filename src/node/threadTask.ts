import type { MessagePort } from 'node:worker_threads';
import type { InvalidInputError } from '../errors';
import type { JobResult, MatchJob, RowProduct, ThreadJob } from '../matching/internal';

/** A task for a thread: some rows of a product, or a whole job of a match. */
export type ThreadTask =
  | { readonly kind: 'products'; readonly sum: Float32Array; readonly products: RowProduct[] }
  | {
      readonly kind: 'job';
      readonly task: ThreadJob;
      /** The port for events, which sends null after the last one. The port is null without a callback. */
      readonly events: MessagePort | null;
    };

/** The outcome of a job. Errors lose their class between threads, so invalid input has its own field. */
export type JobOutcome<Job extends MatchJob = MatchJob> =
  | { readonly result: JobResult<Job> }
  | { readonly invalid: ThreadError };

/** The fields of an `InvalidInputError` that a thread sends. */
export type ThreadError = Pick<
  InvalidInputError,
  'fn' | 'problem' | 'remedy' | 'param' | 'axis' | 'received'
>;
