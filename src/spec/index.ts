export { formatSpec } from './formatSpec';
export { groupSizes } from './groupSizes';
export { type PermutationSpecOptions, permutationSpec } from './permutationSpec';
export { identityPermutations, randomPermutations } from './permutations';
export { permute } from './permute';
export type { AxisSpec, EntrySpec, Group, ParameterSpec, PermutationSpec } from './spec';
