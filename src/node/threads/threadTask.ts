import type { MessagePort } from 'node:worker_threads';
import type { InvalidInputError } from '../../errors';
import type { RowProduct, StartTask, ThreadJob } from '../../matching/internal';

/**
 * A task for a thread: some rows of a product, the start of some families, a whole job of a match, or nothing, which
 * shows that the thread has started.
 */
export type ThreadTask =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'products'; readonly sum: Float32Array; readonly products: RowProduct[] }
  | { readonly kind: 'start'; readonly task: StartTask }
  | {
      readonly kind: 'job';
      readonly task: ThreadJob;
      /** The port for events, which sends null after the last one. The port is null without a callback. */
      readonly events: MessagePort | null;
    };

/** The outcome of a task. Errors lose their class between threads, so invalid input has its own field. */
export type TaskOutcome = { readonly result: unknown } | { readonly invalid: ThreadError };

/** The fields of an `InvalidInputError` that a thread sends. */
export type ThreadError = Pick<
  InvalidInputError,
  'fn' | 'problem' | 'remedy' | 'param' | 'axis' | 'received'
>;
