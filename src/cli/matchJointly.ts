import type { MatchManyResult } from '../matching';
import { matchManyFiles } from '../node';
import type { PermutationSpec } from '../symmetry';
import { UsageError } from './exit';
import { type MatchFlags, type PairFlags, runOf, settingsOf, withThreads } from './matchByFlags';
import type { ProgressLine } from './progressLine';
import type { Session } from './session';

/** Flags of matches of two checkpoints, which a joint match does not have. */
const PAIR_FLAGS = {
  method: true,
  start: true,
  search: true,
  initial: true,
  resume: true,
} as const satisfies Record<keyof PairFlags, true>;

/** Throws if a flag is for matches of two checkpoints. */
export function assertJointFlags(flags: MatchFlags): void {
  const names = Object.keys(PAIR_FLAGS) as (keyof PairFlags)[];
  const other = names.find((name) => flags[name] !== undefined);
  if (other === undefined) return;
  throw new UsageError(
    `--${other} is for matches of two checkpoints, and three or more are matched jointly: leave it out, or add --to-first`,
  );
}

/** Matches checkpoints to each other with the flags of a command line, and shows progress. */
export async function matchJointly(
  session: Session,
  spec: PermutationSpec,
  paths: readonly string[],
  flags: MatchFlags,
  line: ProgressLine,
): Promise<MatchManyResult> {
  const run = runOf(flags.restarts);
  line.show(`reading ${paths.length} checkpoints`);
  return withThreads(flags, line, (threads) =>
    matchManyFiles(spec, paths, {
      ...settingsOf(session, flags, threads),
      onProgress: ({ restart, pass, network, group, objective }) =>
        line.show(
          `${run(restart)}${pass === 0 ? 'start' : `pass ${pass}`}  ${paths[network]}  ${group ?? 'all groups'}  objective ${objective.toPrecision(6)}`,
        ),
    }),
  );
}
