/** Names for other rooms of the library, in addition to the public ones in index.ts. */

export { assertJointUses } from './assertJointUses';
export { assertParameterName } from './assertParameterName';
export { assertPermutations } from './assertPermutations';
export { isRole } from './assertRole';
export { assertRoles } from './assertRoles';
export { assertSpec } from './assertSpec';
export { assertUnlisted } from './assertUnlisted';
export { axisSize, type SizeTable, solveUnknown } from './axisSize';
export { columns } from './columns';
export { formatAxis } from './formatPattern';
export { specLines } from './formatSpec';
export { groupsOfAxis, groupsOfParams } from './groupsOfParams';
export { identityOf } from './identityPermutations';
export { inferSizes } from './inferSizes';
export { JOINT_USES } from './jointUse';
export type { ParameterView } from './parameterView';
export { isGroupName, parsePattern } from './parsePattern';
export { permuteResolved, permuteTensor } from './permute';
export { insideBlocks, permutedIndex, placeMovement } from './permutedIndex';
export { type Elements, permuteElements, viewElements, viewOffsets } from './permuteElements';
export { isWholeAxis, type Place, placePositions } from './place';
export { placesOfParameter } from './placesOfParameter';
export { placesOn } from './placesOn';
export { randomOf } from './randomPermutations';
export { type ResolvedGroup, type ResolvedSpec, resolveShapes } from './resolveShapes';
export { resolveSpec, shapesOf } from './resolveSpec';
export { fromView, toView } from './toView';
