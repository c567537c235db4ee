import type { GroupOrder, MatchStart, MatchThreads, WeightMatchProgress } from '../matching';
import {
  startThreads,
  type WeightMatchFilesProgress,
  type WeightMatchFilesResult,
  weightMatchFiles,
} from '../node';
import { isTrainable, type ParameterFilter, type PrefixMapping } from '../params';
import type { PermutationSpec } from '../symmetry';
import { courseText } from './courseText';
import { type CommandMethod, isDataMethod } from './dataMethod';
import { type SharingFlags, sharingOf } from './fitSpec';
import type { ProgressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import type { Session } from './session';
import { isConstant } from './specForOthers';

/** The flags of every command that matches checkpoints on disk. */
export interface MatchFlags extends WeightFlags, SharingFlags {
  readonly memory?: number;
  readonly renamePrefix: readonly PrefixMapping[];
  /** The entry of PyTorch files. */
  readonly key?: string;
}

/** The flags of a match by weights. */
export interface WeightFlags extends PairFlags {
  readonly seed?: number;
  readonly restarts?: number;
  readonly maxSweeps?: number;
  readonly kernel?: 'linear' | 'cosine';
  readonly order?: GroupOrder;
  readonly includeStatistics?: boolean;
  readonly threads?: number;
  /** The steps of a method that learns. */
  readonly steps?: number;
  readonly learningRate?: number;
}

/** The flags of a match of two checkpoints. */
export interface PairFlags {
  readonly method?: CommandMethod;
  readonly start?: MatchStart;
  /** The rounds of the search. */
  readonly search?: number;
  readonly initial?: string;
  /** The file for the state of the match. */
  readonly resume?: string;
}

/** Matches checkpoint `b` to `a` with the flags of a command line, and shows progress. */
export async function matchByFlags(
  session: Session,
  spec: PermutationSpec,
  a: string,
  b: string,
  flags: MatchFlags,
  line: ProgressLine,
): Promise<WeightMatchFilesResult> {
  const pair = await pairSettings(flags, line);
  line.show(`reading ${a} and ${b}`);
  return withThreads(flags, line, (threads) =>
    weightMatchFiles(spec, a, b, {
      ...settingsOf(session, flags, threads),
      ...pair,
      state: flags.resume,
    }),
  );
}

/** The options of the library for the flags of a match of two networks. */
export async function pairSettings(
  { method, start, search, restarts, initial }: WeightFlags,
  line: ProgressLine,
) {
  const run = runOf(restarts);
  return {
    ...{ method: isDataMethod(method) ? undefined : method, start },
    initial: initial === undefined ? undefined : await readPermutations(initial),
    search: search === undefined ? undefined : { rounds: search },
    onProgress: (progress: WeightMatchProgress | WeightMatchFilesProgress) => {
      const { phase, restart, done, sweep, group, objective } = progress;
      const course = 'fraction' in progress ? `${courseText(progress)}  ` : '';
      if (objective === null) return line.show(`${course}start`);
      const step = group === null ? `${STEPS[phase]} ${done}` : `sweep ${sweep}  ${group}`;
      const where = phase === 'search' ? '' : run(restart);
      line.show(`${course}${where}${step}  objective ${objective.toPrecision(6)}`);
    },
  };
}

/** The names of steps without a group, by phase. */
const STEPS = { start: 'step', frankWolfe: 'iteration', descent: 'step', search: 'round' };

/** Runs work with as many threads as the flags say, by default one for each core, and clears the line after it. */
export async function withThreads<Result>(
  { threads: count }: WeightFlags,
  line: ProgressLine,
  work: (threads: MatchThreads) => Promise<Result>,
): Promise<Result> {
  const threads = await startThreads({ count });
  try {
    return await work(threads);
  } finally {
    line.clear();
    await threads.close();
  }
}

/** The options of the library for the flags of every match of checkpoints on disk. */
export function settingsOf(session: Session, flags: MatchFlags, threads: MatchThreads) {
  const { memory, renamePrefix, key } = flags;
  const own = weightSettings(session, flags, threads);
  return { ...own, memory, renamePrefix, key, ...sharingOf(flags) };
}

/** The options of the library for the flags of every match by weights. */
export function weightSettings({ signal }: Session, flags: WeightFlags, threads: MatchThreads) {
  const { seed, restarts, maxSweeps, kernel, order } = flags;
  return { seed, restarts, maxSweeps, kernel, order, threads, include: includedBy(flags), signal };
}

/** The parameters that a match includes. */
export function includedBy({ includeStatistics }: WeightFlags): ParameterFilter {
  const isIncluded = includeStatistics ? () => true : isTrainable;
  // Constants of a graph do not move. One such as a mask of −60000 would drown the objective in rounding.
  return (name) => isIncluded(name) && !isConstant(name);
}

/** The words for a run in the progress line; empty if there is one run. */
export function runOf(restarts = 1): (restart: number) => string {
  return restarts === 1 ? () => '' : (restart) => `run ${restart + 1}/${restarts}  `;
}
