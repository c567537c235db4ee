import type { Permutations } from '../../permutation';
import type { FirstStart } from './firstStart';
import type { RunState } from './matchJob';

/** The state of a match, as data: a later match with the same networks and settings goes on from it. */
export interface MatchState {
  /** The start of the first run; null before it is found. */
  readonly first: FirstStart | null;
  /** Before `first` is found: the permutations of the families whose signatures have been compared. */
  readonly bySignature?: Permutations;
  readonly runs: RunStates;
}

/** The state of each run; null for a run without a step. */
export type RunStates = readonly (RunState | null)[];

/** The memory of a match across its interruptions. */
export interface MatchJournal {
  /** The state to go on from; null for a match that begins. */
  readonly before: MatchState | null;
  /** Called with every new state. */
  readonly keep: (state: MatchState) => void;
}
