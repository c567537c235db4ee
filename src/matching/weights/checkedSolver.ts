import type { AssignmentSolver } from '../../assignment';
import { assertSynchronous } from '../../checks';
import { about } from '../../errors';
import { assertPermutation } from '../../permutation/internal';

/** A solver with its assignments checked: it may be the user's. */
export function checkedSolver(solver: AssignmentSolver, group: string): AssignmentSolver {
  return (similarity, ...rest) => {
    const solution = solver(similarity, ...rest);
    assertSynchronous('solver', solution);
    about('solver', () =>
      assertPermutation(`the assignment of group '${group}'`, solution.assignment),
    );
    return solution;
  };
}
