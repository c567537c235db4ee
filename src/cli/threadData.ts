import type { MessagePort } from 'node:worker_threads';

/** The data that the thread of a command is given at its start. */
export interface ThreadData {
  /** The words after the name of the program. */
  readonly words: readonly string[];
  /** The thread's end of the channel to the main thread. */
  readonly port: MessagePort;
  /** True for each of the standard streams that is a terminal: input, output and errors. */
  readonly terminals: readonly boolean[];
  /** The number of columns of the terminal. */
  readonly columns: number | undefined;
}

/** Messages of the main thread to the thread of the command. */
export type ToCommand =
  | { readonly kind: 'signal'; readonly name: NodeJS.Signals }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'columns'; readonly columns: number };

/** Messages of the thread of the command to the main thread. */
export type FromCommand =
  | { readonly kind: 'ended'; readonly code: number }
  | { readonly kind: 'question' }
  | { readonly kind: 'temporary'; readonly path: string; readonly isThere: boolean };
