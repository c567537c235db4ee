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
