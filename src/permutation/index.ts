export { compose, composePermutations } from './compose';
export { fixedPoints } from './fixedPoints';
export { hammingDistance } from './hammingDistance';
export { identityPermutation } from './identityPermutation';
export { invert, invertPermutations } from './invert';
export { isPermutation, type Permutation, type Permutations } from './permutation';
export { permutationFromMatrix, permutationMatrix } from './permutationMatrix';
export { permutationsFrom } from './permutationsFrom';
export { randomPermutation } from './randomPermutation';
