import type { MessagePort } from 'node:worker_threads';
import type { InvalidInputError } from '../errors';
import type { MatchResult } from '../matching';
import type { RowProduct, ThreadRun } from '../matching/internal';

/** What is sent to a thread: rows of a product to add up, or a whole run of a match. */
export type ThreadTask =
  | { readonly kind: 'products'; readonly sum: Float32Array; readonly products: RowProduct[] }
  | {
      readonly kind: 'run';
      readonly task: ThreadRun;
      /** Where the steps go, then null; null if nobody asks. */
      readonly steps: MessagePort | null;
    };

/** How a run ended: an error's class is lost on the way, so that bad input has a place of its own. */
export type RunOutcome =
  | { readonly result: MatchResult }
  | { readonly invalid: Pick<InvalidInputError, 'fn' | 'problem' | 'remedy'> };
