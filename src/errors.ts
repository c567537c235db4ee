/** Parts of an {@link InvalidInputError} that programs read: absent where they do not apply. */
export interface InvalidInputDetails {
  /** The parameter of the network, or the option, that breaks the rule. */
  readonly param?: string;
  /** The axis of that parameter, from 0. */
  readonly axis?: number;
  /** The value received. */
  readonly received?: unknown;
}

/**
 * Thrown when an argument breaks a rule of the function that received it. It is thrown before any
 * work begins: no tensor is leaked, no input is changed or disposed.
 *
 * The message is `fn: subject: problem. remedy.`, and its parts are fields.
 *
 * @example
 * ```ts
 * import { InvalidInputError, permutationSpec } from 'perm-lmc';
 *
 * try {
 *   permutationSpec({ kernel: '(4 h' });
 * } catch (error) {
 *   if (error instanceof InvalidInputError) [error.fn, error.problem, error.remedy];
 * }
 * ```
 */
export class InvalidInputError extends Error implements InvalidInputDetails {
  /** The class's name, which also tells the error apart where two copies of the library meet. */
  override readonly name: string = 'InvalidInputError';
  /** The public function that was called; empty until the error leaves it. */
  readonly fn: string = '';
  /** The file, network or step that the problem is in; empty where there is only one. */
  readonly subject: string = '';
  /** The rule that was broken, with the parameter, its axis and the value received. */
  readonly problem: string;
  /** The remedy: an instruction. */
  readonly remedy: string;
  readonly param?: string;
  readonly axis?: number;
  readonly received?: unknown;

  /** @internal */
  constructor(
    problem: string,
    remedy: string,
    { cause, ...details }: InvalidInputDetails & { readonly cause?: unknown } = {},
  ) {
    super(`${sentence(problem)} ${sentence(remedy)}`, cause === undefined ? {} : { cause });
    this.problem = problem;
    this.remedy = remedy;
    Object.assign(this, details);
  }
}

/**
 * Thrown where the device beneath a backend of tfjs, a WebGPU device or a WebGL context, was lost in
 * the middle of work: the driver failed, memory ran out, the machine slept. No result is made of what
 * cannot be read any more. The inputs are not disposed, but their values are gone where they were on
 * the device alone: make them anew from files or arrays, on another backend or after loading the page again.
 *
 * @example
 * ```ts given=networks
 * import { LostDeviceError, weightMatch } from 'perm-lmc';
 *
 * try {
 *   await weightMatch(spec, a, b);
 * } catch (error) {
 *   if (error instanceof LostDeviceError) error.message; // what was lost, why, and what to do
 * }
 * ```
 */
export class LostDeviceError extends Error {
  /** The class's name, which also tells the error apart where two copies of the library meet. */
  override readonly name = 'LostDeviceError';

  /** @internal */
  constructor(lost: string, cause?: unknown) {
    super(
      `${lost}, and with it the values of its tensors. Set another backend or load the page again, and make them anew.`,
      cause === undefined ? {} : { cause },
    );
  }
}

/** An error for `problem`, with its remedy. The public function that was called adds its name, see {@link named}. */
export function invalid(
  problem: string,
  remedy: string,
  details?: InvalidInputDetails & { readonly cause?: unknown },
): InvalidInputError {
  return new InvalidInputError(problem, remedy, details);
}

/** The error where something of the caller's failed (`what`): it gives the reason, and has the cause. */
export function failed(
  what: string,
  cause: unknown,
  remedy = 'See the cause of this error',
): InvalidInputError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return invalid(`${what} failed: ${reason.trim()}`, remedy, { cause });
}

/** The text with a full stop, unless it ends a sentence already. */
export function sentence(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}

/**
 * The result of `work`, the body of the public function `fn`. An {@link InvalidInputError} that leaves it
 * gets the function's name, unless it has one: that of a function of the library which the caller's own
 * code called.
 */
export function named<T>(fn: string, work: () => T): T {
  return amended(work, () => ({ fn }));
}

/** The result of `work` on one file, network or step of several: errors say which. */
export function about<T>(subject: string, work: () => T): T {
  return amended(work, (error) => ({
    subject: error.subject === '' ? subject : `${subject}: ${error.subject}`,
  }));
}

/** The values of an async iteration that the public function `fn` returns; errors in it get its name. */
export async function* namedSteps<T>(
  fn: string,
  steps: AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  try {
    yield* steps;
  } catch (error) {
    named(fn, () => {
      throw error;
    });
  }
}

/** The result of `work`, or its promise; an error without a function's name is thrown with other fields. */
function amended<T>(
  work: () => T,
  fieldsOf: (error: InvalidInputError) => { readonly fn?: string; readonly subject?: string },
): T {
  const amend = (error: unknown): never => {
    if (error instanceof InvalidInputError && error.fn === '') reword(error, fieldsOf(error));
    throw error;
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(amend) as T) : result;
  } catch (error) {
    return amend(error);
  }
}

/** Changes fields of an error that is still being thrown, with its message and the head of its stack. */
function reword(
  error: InvalidInputError,
  fields: { readonly fn?: string; readonly subject?: string },
): void {
  const { message: before, stack } = error; // The stack is written when it is first read.
  Object.assign(error, fields);
  const { fn, subject, problem, remedy } = error;
  error.message = [fn, subject, `${sentence(problem)} ${sentence(remedy)}`]
    .filter((part) => part !== '')
    .join(': ');
  error.stack = stack?.replace(before, () => error.message);
}
