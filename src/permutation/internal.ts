/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { indices } from './indices';
export { assertPermutation } from './permutation';
export { permutationArrays } from './permutationArrays';
export { permutationLists } from './permutationLists';
export { shuffled } from './randomPermutation';
