import { plainText } from './plainText';

/** Fields of an {@link InvalidInputError} for programs to read. A field that does not apply is undefined. */
export interface InvalidInputDetails {
  /** The network parameter, the argument or the option that breaks the rule. */
  readonly param?: string;
  /** The axis of that parameter, from 0. */
  readonly axis?: number;
  /** The value received, such as a number, a string or a shape. */
  readonly received?: unknown;
}

/**
 * Thrown when an argument breaks a rule of the function that received it. It is thrown before any
 * work begins: no tensor is leaked, and no input is changed or disposed.
 *
 * The message is `fn: subject: problem. remedy.`; each of its parts is also a field. Names in it may come from files of
 * others: characters that control a terminal or are invisible are shown by their codes, such as `\u{1b}`, and parts of
 * more than 1000 characters are shortened.
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
  /** The name of the class. It identifies the error across two copies of the library. */
  override readonly name: string = 'InvalidInputError';
  /** The name of the public function that was called; empty until the error leaves that function. */
  readonly fn: string = '';
  /** The file, network or step with the problem; empty if there is only one. */
  readonly subject: string = '';
  /** The rule that was broken, with the parameter, its axis and the value received. */
  readonly problem: string;
  /** An instruction that removes the problem. */
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
    const [rule, instruction] = [part(problem), part(remedy)];
    super(`${sentence(rule)} ${sentence(instruction)}`, cause === undefined ? {} : { cause });
    this.problem = rule;
    this.remedy = instruction;
    Object.assign(this, details);
  }
}

/**
 * Thrown when the device of a tfjs backend (a WebGPU device or a WebGL context) is lost during the work:
 * the driver failed, memory ran out, or the machine slept. No result is computed from values that can
 * no longer be read. The inputs are not disposed, but values that were only on the device are gone.
 * Create them again from files or arrays, on another backend or after reloading the page.
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
  /** The name of the class. It identifies the error across two copies of the library. */
  override readonly name = 'LostDeviceError';

  /** @internal */
  constructor(lost: string, cause?: unknown) {
    super(
      `${lost}, and with it the values of its tensors. Set another backend or reload the page, and create the tensors again.`,
      cause === undefined ? {} : { cause },
    );
  }
}

/** A part of a message, which may hold names of others. */
function part(text: string): string {
  return plainText(text, 1000);
}

/** An error without a function's name: {@link named} adds it at the public function. */
export function invalid(
  problem: string,
  remedy: string,
  details?: InvalidInputDetails & { readonly cause?: unknown },
): InvalidInputError {
  return new InvalidInputError(problem, remedy, details);
}

/** The remedy of an error whose message has that of its cause. */
export const SEE_CAUSE = 'See the cause of this error';

/**
 * The error for a callback or an object of the caller that failed. The message gives the reason.
 *
 * @param what - The subject of the message, such as `forward`.
 * @param cause - The error that was thrown; the result's `cause`.
 */
export function failed(what: string, cause: unknown, remedy = SEE_CAUSE): InvalidInputError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return invalid(`${what} failed: ${reason.trim()}`, remedy, { cause });
}

/** The text with a full stop at the end, unless it has a punctuation mark there. */
export function sentence(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}

/**
 * The result of `work`, the body of the public function `fn`. An {@link InvalidInputError} thrown by it gets
 * that name. An error from a callback that called another public function keeps the name that it has.
 */
export function named<T>(fn: string, work: () => T): T {
  return amended(work, () => ({ fn }));
}

/** The result of `work` on one of several files, networks or steps. Errors thrown by it name that subject. */
export function about<T>(subject: string, work: () => T): T {
  return amended(work, (error) => ({
    subject: [part(subject), error.subject].filter((each) => each !== '').join(': '),
  }));
}

/** The values of an async iteration that the public function `fn` returns. Errors thrown by it get that name. */
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

/** The result or promise of `work`. Errors that have no function's name yet get the fields. */
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

/** Changes fields of an error in flight, and its message and stack to match. */
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
