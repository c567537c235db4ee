import { isRecord, kindOf } from '../checks';
import { invalid } from '../errors';
import { isPermutation, type Permutations } from './permutation';
import { permutationArrays } from './permutationArrays';

/**
 * Plain data as permutations.
 *
 * @param param - The argument's name, for errors.
 * @throws InvalidInputError when the data is no record, or a group's list is not a permutation.
 */
export function permutationsOfLists(
  param: string,
  plain: Readonly<Record<string, ArrayLike<number>>>,
): Permutations {
  if (!isRecord(plain)) {
    throw invalid(
      `the permutations must be a record, received ${kindOf(plain)}`,
      'Pass a record from groups to lists of units',
      { param, received: kindOf(plain) },
    );
  }
  for (const [group, units] of Object.entries(plain)) {
    if (!isPermutation(units)) {
      throw invalid(
        `the list of group '${group}' does not hold each of 0 … n − 1 exactly once`,
        'Pass the permutations of a match or of a report',
        { param, received: units },
      );
    }
  }
  return permutationArrays(plain);
}
