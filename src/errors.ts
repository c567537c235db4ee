/**
 * Thrown when an argument breaks a rule of the function that received it. It is thrown before any
 * work begins: no tensor is leaked, no input is changed or disposed.
 *
 * @example
 * ```ts
 * import { InvalidInputError, permutationSpec } from 'perm-lmc';
 *
 * try {
 *   permutationSpec({ kernel: '(4 h' });
 * } catch (error) {
 *   if (error instanceof InvalidInputError) error.message; // says what, where and the remedy
 * }
 * ```
 */
export class InvalidInputError extends Error {
  /** The class's name, which also tells the error apart where two copies of the library meet. */
  override readonly name = 'InvalidInputError';
}

/** The error of `fn` for `problem`, with what to do about it and, where there is one, its cause. */
export function invalid(
  fn: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): InvalidInputError {
  return new InvalidInputError(
    `${fn}: ${problem}. ${remedy}.`,
    cause === undefined ? {} : { cause },
  );
}
