import type { MessagePort } from 'node:worker_threads';
import type { InvalidInputError } from '../../errors';
import type { RowProduct, StartTask, ThreadJob } from '../../matching/internal';

/** A task for a thread: some rows of a product, the start of some families, or a whole job of a match. */
export type ThreadTask =
  | { readonly kind: 'products'; readonly sum: Float32Array; readonly products: RowProduct[] }
  | { readonly kind: 'start'; readonly task: StartTask }
  | {
      readonly kind: 'job';
      readonly task: ThreadJob;
      /** The port for events, which sends null after the last one. The port is null without a callback. */
      readonly events: MessagePort | null;
    };

/**
 * A message of a thread: that it is ready for its first task, or the end of a task. Errors lose their class between
 * threads, so invalid input has a kind of its own.
 */
export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'invalid'; readonly error: ThreadError }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The fields of an `InvalidInputError` that a thread sends. */
export type ThreadError = Pick<
  InvalidInputError,
  'fn' | 'problem' | 'remedy' | 'param' | 'axis' | 'received'
>;
