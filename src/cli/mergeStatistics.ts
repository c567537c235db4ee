import { listNames } from '../checks';
import type { MergedStatistics, StatisticsSummary } from '../node';
import { namedNorms } from '../repair/internal';
import { assertActivationFlags, type DataFlags } from './dataFlags';
import { UsageError } from './exit';
import type { Listing } from './listCheckpoints';
import type { PairFlags } from './matchByFlags';
import { counted } from './matchDocument';

/** The flag for the statistics of batch normalisation. */
export interface StatisticsFlags {
  readonly statistics?: MergedStatistics | 'recompute';
}

/** The flags of a merge that use data. */
type MergeDataFlags = StatisticsFlags & PairFlags & DataFlags & { readonly repair?: boolean };

/** Throws unless data are passed exactly where a merge uses them. */
export function assertMergeData(flags: MergeDataFlags): void {
  assertActivationFlags(flags);
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
  const isUsed = method === 'activations' || repair || statistics === 'recompute';
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
  if (method === 'activations') return 'estimate';
  throw new UsageError(
    '--data is for --method activations, --repair and moving statistics, such as bn1.running_var, which the checkpoints lack: pass --repair, or leave out --data',
  );
}

/** The statistics of batch normalisation in the document of a merge. */
export interface StatisticsDocument extends StatisticsSummary {
  readonly method: MergedStatistics | 'recompute';
  /** The moving means and variances that were recomputed on data. */
  readonly recomputed: readonly string[];
}

/**
 * The document of the statistics.
 *
 * @param summary - That of a merge without data.
 * @param recomputed - The tensors that a merge on data changed.
 */
export function statisticsDocument(
  method: StatisticsDocument['method'] | null,
  summary: StatisticsSummary | undefined,
  recomputed: readonly string[] | null,
): StatisticsDocument | null {
  if (method === null) return null;
  const { estimated = [], interpolated = [] } = summary ?? {};
  return { method, estimated, interpolated, recomputed: recomputed ?? [] };
}

/** The document as lines of text. */
export function statisticsLines(
  document: StatisticsDocument | null,
  { data }: DataFlags,
): readonly string[] {
  const { method, estimated = [], interpolated = [], recomputed = [] } = document ?? {};
  const rest = method === 'estimate' ? ': the layer before is not known' : '';
  return [
    ...(estimated.length > 0
      ? [`estimated ${variances(estimated)} of batch normalisation without data`]
      : []),
    ...(interpolated.length > 0
      ? [`averaged ${variances(interpolated)} (${listNames(interpolated)})${rest}`]
      : []),
    ...(recomputed.length > 0
      ? [`recomputed ${counted(recomputed.length, 'tensor')} of batch normalisation on ${data}`]
      : []),
  ];
}

function variances({ length }: readonly string[]): string {
  return counted(length, 'variance');
}
