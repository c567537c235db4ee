import { type InvalidInputError, invalid } from '../../errors';

/** The error for bytes that are no pickle. */
export function damagedPickle(problem: string): InvalidInputError {
  return invalid(
    `the pickle is damaged: ${problem}`,
    'Download the file or save it again, with torch.save',
  );
}
