export type { DescentStep } from './coordinateDescent';
export type { GroupOrder } from './groupOrder';
export type { SimilarityKernel } from './kernel';
export type { MatchResult } from './matchResult';
export type { ProductEngine } from './products/chooseEngine';
export type { MatchThreads } from './threads';
export {
  type WeightMatchOptions,
  type WeightMatchProgress,
  weightMatch,
} from './weightMatch';
