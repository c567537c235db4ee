export type {
  AxisSpec,
  ConcatAxis,
  EntriesAxis,
  EntrySpec,
  FixedAxis,
  FixedReason,
  Group,
  GroupAxis,
  GroupParent,
  ParameterSpec,
  PartAxis,
  PermutationSpec,
  ProductAxis,
  SpecDerivation,
} from './axisSpec';
export { formatSpec } from './formatSpec';
export { groupSizes } from './groupSizes';
export { type PermutationSpecOptions, permutationSpec } from './permutationSpec';
export { identityPermutations, randomPermutations } from './permutations';
export { permute } from './permute';
export * from './presets';
