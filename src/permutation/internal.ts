/** Names that other rooms of the library use, beside the public ones of index.ts. */

export { indices } from './indices';
export { assertPermutation } from './permutation';
export { permutationArrays } from './permutationArrays';
export { permutationLists } from './permutationLists';
export { shuffled } from './randomPermutation';
