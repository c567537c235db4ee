export { fold } from './fold/fold';
export type { FoldOptions, FoldProgress, FoldResult } from './fold/foldOptions';
