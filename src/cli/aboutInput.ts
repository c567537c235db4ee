import { about, InvalidInputError, invalid } from '../errors';

/**
 * The result of `work` on an input of the command. An error of a public function in it names that input in place of the
 * function.
 */
export function aboutInput<T>(input: string, work: () => T): T {
  return about(input, () => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const { problem, remedy, param, axis, received, cause } = error;
      throw invalid(problem, remedy, { param, axis, received, cause });
    }
  });
}
