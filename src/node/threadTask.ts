import type { MessagePort } from 'node:worker_threads';
import type { InvalidInputError } from '../errors';
import type { FoundMatch, RowProduct, ThreadRun } from '../matching/internal';

/** A message to a thread: rows of a product to add up, or a whole run of a match. */
export type ThreadTask =
  | { readonly kind: 'products'; readonly sum: Float32Array; readonly products: RowProduct[] }
  | {
      readonly kind: 'run';
      readonly task: ThreadRun;
      /** The port for the steps, and null after the last; null where there is no callback. */
      readonly steps: MessagePort | null;
    };

/** The end of a run: an error's class is lost between threads, so that bad input has a field of its own. */
export type RunOutcome =
  | { readonly result: FoundMatch }
  | { readonly invalid: Pick<InvalidInputError, 'fn' | 'problem' | 'remedy'> };
