/** What other rooms of the library use of this one, beside what its door makes public. */

export { columns } from './columns';
export { formatShapes } from './formatSpec';
export { groupsOfAxis, groupsOfParams } from './groupsOfParams';
export { inferSizes } from './inferSizes';
export type { ParameterView } from './parameterView';
export { formatAxis, isGroupName, parsePattern } from './parsePattern';
export { assertParameterName, assertUnlisted } from './permutationSpec';
export { assertPermutations, identityOf, randomOf } from './permutations';
export { permuteResolved, permuteTensor } from './permute';
export { insideBlocks, permutedIndex, placeMovement } from './permutedIndex';
export { type Elements, permuteElements, viewElements } from './permuteElements';
export { isWholeAxis, type Place, placePositions } from './place';
export { placesOfParameter } from './placesOfParameter';
export { type ResolvedGroup, type ResolvedSpec, resolveShapes } from './resolveShapes';
export { resolveSpec, shapesOf } from './resolveSpec';
export { toView } from './toView';
