/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { indices } from './indices';
export { assertPermutation, assertPermutationRecord } from './permutation';
export { permutationArrays } from './permutationArrays';
export { permutationLists } from './permutationLists';
export { permutationsOfLists } from './permutationsOfLists';
export { shuffled } from './randomPermutation';
