export type {
  AxisSpec,
  ConcatAxis,
  EntriesAxis,
  EntrySpec,
  FixedAxis,
  GroupAxis,
  ParameterSpec,
  PartAxis,
  ProductAxis,
} from './axisSpec';
export { formatSpec } from './formatSpec';
export type { Group, GroupParent } from './group';
export { groupSizes } from './groupSizes';
export { identityPermutations } from './identityPermutations';
export type { JointUse } from './jointUse';
export {
  type FixedReason,
  type PermutationSpec,
  type PermutationSpecOptions,
  permutationSpec,
  type SpecDerivation,
} from './permutationSpec';
export { permute } from './permute';
export { randomPermutations } from './randomPermutations';
export { resizeSpec } from './resizeSpec';
export type { Role } from './role';
