export type {
  Assignment,
  AssignmentDuals,
  AssignmentSolver,
  CertifiedAssignment,
} from './assignment';
export { munkres } from './munkres';
export { shortestAugmentingPath } from './shortestAugmentingPath';
export { solveAssignment } from './solveAssignment';
