import type { MessagePort } from 'node:worker_threads';
import type { InvalidInputError } from '../errors';
import type { FoundMatch, RowProduct, ThreadRun } from '../matching/internal';

/** A task for a thread: some rows of a product, or a whole run of a match. */
export type ThreadTask =
  | { readonly kind: 'products'; readonly sum: Float32Array; readonly products: RowProduct[] }
  | {
      readonly kind: 'run';
      readonly task: ThreadRun;
      /** The port for steps, which sends null after the last one. The port is null without a callback. */
      readonly steps: MessagePort | null;
    };

/** The outcome of a run. Errors lose their class between threads, so invalid input has its own field. */
export type RunOutcome = { readonly result: FoundMatch } | { readonly invalid: ThreadError };

/** The fields of an `InvalidInputError` that a thread sends. */
export type ThreadError = Pick<
  InvalidInputError,
  'fn' | 'problem' | 'remedy' | 'param' | 'axis' | 'received'
>;
