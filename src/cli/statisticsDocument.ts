import { listNames } from '../checks';
import type { MergedStatistics, StatisticsSummary } from '../node';
import type { DataFlags } from './dataFlags';
import { counted } from './matchDocument';

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
