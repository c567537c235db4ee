import type { GroupOrder, MatchResult } from '../matching';
import { startThreads, weightMatchFiles } from '../node';
import type { PrefixMapping } from '../params';
import type { PermutationSpec } from '../symmetry';
import type { ProgressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import type { Session } from './session';

/** The flags of every command that matches. */
export interface MatchFlags {
  readonly seed?: number;
  readonly restarts?: number;
  readonly maxSweeps?: number;
  readonly kernel?: 'linear' | 'cosine';
  readonly order?: GroupOrder;
  readonly includeStatistics?: boolean;
  readonly initial?: string;
  readonly memory?: number;
  readonly threads?: number;
  readonly renamePrefix: readonly PrefixMapping[];
}

/** Matches checkpoint `b` to `a` with the flags of a command line, and shows progress. */
export async function matchByFlags(
  { signal }: Session,
  spec: PermutationSpec,
  a: string,
  b: string,
  flags: MatchFlags,
  line: ProgressLine,
): Promise<MatchResult> {
  const { seed, restarts, maxSweeps, kernel, order, memory, renamePrefix } = flags;
  const initial = flags.initial === undefined ? undefined : await readPermutations(flags.initial);
  const threads =
    flags.threads === undefined ? undefined : await startThreads({ count: flags.threads });
  const run = restarts === undefined || restarts === 1 ? () => '' : runOf(restarts);
  line.show(`reading ${a} and ${b}`);
  try {
    return await weightMatchFiles(spec, a, b, {
      seed,
      restarts,
      maxSweeps,
      kernel,
      order,
      memory,
      renamePrefix,
      unshared: 'first',
      initial,
      threads,
      include: flags.includeStatistics ? () => true : undefined,
      signal,
      onProgress: ({ restart, done, sweep, group, objective }) => {
        const step = group === null ? `iteration ${done}` : `sweep ${sweep}  ${group}`;
        line.show(`${run(restart)}${step}  objective ${objective.toPrecision(6)}`);
      },
    });
  } finally {
    line.clear();
    await threads?.close();
  }
}

function runOf(restarts: number): (restart: number) => string {
  return (restart) => `run ${restart + 1}/${restarts}  `;
}
