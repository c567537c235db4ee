export type {
  Assignment,
  AssignmentDuals,
  AssignmentOptions,
  AssignmentSolver,
  CertifiedAssignment,
} from './assignment';
export { munkres } from './munkres';
export { shortestAugmentingPath } from './shortestAugmentingPath';
export { type SolveAssignmentOptions, solveAssignment } from './solveAssignment';
