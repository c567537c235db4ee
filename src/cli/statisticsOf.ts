import type { MergedStatistics } from '../node';
import { namedNorms } from '../repair/internal';
import { assertMethod } from './assertMethod';
import type { DataFlags } from './dataFlags';
import { isDataMethod, METHODS_ON_DATA } from './dataMethod';
import { UsageError } from './exit';
import type { Listing } from './listCheckpoints';
import type { PairFlags } from './matchByFlags';

/** The flag for the statistics of batch normalisation. */
export interface StatisticsFlags {
  readonly statistics?: MergedStatistics | 'recompute';
}

/** The flags of a merge that use data. */
type MergeDataFlags = StatisticsFlags & PairFlags & DataFlags & { readonly repair?: boolean };

/** Throws unless data are passed exactly where a merge uses them. */
export function assertMergeData(flags: MergeDataFlags): void {
  assertMethod(flags);
  const { data, method, repair = false, statistics } = flags;
  if (repair && data === undefined) {
    throw new UsageError('--repair needs samples: pass --data FILE');
  }
  if (repair && statistics !== undefined) {
    throw new UsageError('--repair recomputes statistics too: leave out --statistics');
  }
  if (statistics === 'recompute' && data === undefined) {
    throw new UsageError('--statistics recompute needs samples: pass --data FILE');
  }
  const isUsed = isDataMethod(method) || repair || statistics === 'recompute';
  if (data !== undefined && !isUsed && statistics !== undefined) {
    throw new UsageError(
      `--statistics ${statistics} takes no data: leave out --data, or pass --statistics recompute`,
    );
  }
}

/**
 * The treatment of the statistics of batch normalisation: that of the flags; or else recomputed if there are data and a
 * checkpoint with such statistics, and estimated without. Null if a repair recomputes them.
 */
export function statisticsOf(
  { data, method, repair, statistics }: MergeDataFlags,
  { shapes }: Listing,
): MergedStatistics | 'recompute' | null {
  if (repair) return null;
  if (statistics !== undefined) return statistics;
  if (data === undefined) return 'estimate';
  if (namedNorms(shapes).length > 0) return 'recompute';
  if (isDataMethod(method)) return 'estimate';
  throw new UsageError(
    `--data is for ${METHODS_ON_DATA}, --repair and moving statistics, such as bn1.running_var, which the checkpoints lack: pass --repair, or leave out --data`,
  );
}
