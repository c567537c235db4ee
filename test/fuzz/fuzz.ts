import fc from 'fast-check';
import { assertHandled } from './assertHandled';
import type { FuzzedParser, Input } from './fuzzedParser';

/** A run of a parser on changed inputs. */
export interface FuzzOptions {
  readonly mutants: number;
  readonly seed: number;
  /** Called with each input before it is parsed. */
  readonly onInput?: (input: Input) => void;
}

/** An input that the parser did not handle. */
export interface FuzzFailure {
  /** The input, made as small as it was possible. */
  readonly input: Input;
  readonly error: unknown;
  /** The number of the first failing input in its run, from 0. */
  readonly mutant: number;
}

/** The most inputs that are tried to make a failing one smaller. */
const MOST_SMALLER = 400;

/** Parses changed inputs. Returns the first failure, or null. A seed gives the same inputs again. */
export async function fuzz(
  parser: FuzzedParser,
  { mutants, seed, onInput }: FuzzOptions,
): Promise<FuzzFailure | null> {
  let smaller = 0;
  let failure: FuzzFailure | null = null;
  const property = fc.asyncProperty(parser.inputs, async (input) => {
    if (failure !== null && ++smaller > MOST_SMALLER) return;
    onInput?.(input);
    try {
      await assertHandled(parser, input);
    } catch (error) {
      failure = { input, error, mutant: failure?.mutant ?? count };
      throw error;
    }
    count++;
  });
  let count = 0;
  // Without bias, the first mutants are as varied as the last.
  await fc.check(property, { seed, numRuns: mutants, unbiased: true });
  return failure;
}
