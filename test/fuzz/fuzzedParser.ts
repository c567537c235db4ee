import type fc from 'fast-check';

/** The contents of a file, or a text. */
export type Input = Uint8Array | string;

/** A parser of the library, with inputs that are nearly valid. */
export interface FuzzedParser<T extends Input = Input> {
  readonly name: string;
  /** Valid inputs with changes. */
  readonly inputs: fc.Arbitrary<T>;
  /** Parses an input, and throws unless the result is sound. It disposes the tensors of the result. */
  parse(input: T): unknown;
  /** The most CPU time of an input, in milliseconds. Default: 50. */
  readonly milliseconds?: number;
}

/** An error for a result that is not sound. */
export function unsound(problem: string): Error {
  return new Error(`the result is not sound: ${problem}`);
}
