import { invalid } from '../../errors';

/** The error for a file that does not hold the state of a match. */
export function stateError(problem: string, received: unknown) {
  return invalid(problem, 'Remove the file to match anew, or choose another path', {
    param: 'state',
    received,
  });
}
