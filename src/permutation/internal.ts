/** What other rooms of the library use of this one, beside what its door makes public. */

export { indices } from './indices';
export { assertPermutation } from './permutation';
export { permutationArrays } from './permutationArrays';
export { permutationLists } from './permutationLists';
export { shuffled } from './randomPermutation';
