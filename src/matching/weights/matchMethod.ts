/**
 * The algorithm of a run.
 *
 * - `'frankWolfe'`: the algorithm of Frank and Wolfe over all groups at once, then coordinate descent from its end.
 * - `'coordinateDescent'`: sweeps over the groups, one at a time.
 */
export type MatchMethod = 'frankWolfe' | 'coordinateDescent';
