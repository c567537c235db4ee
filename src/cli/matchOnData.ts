import {
  type ActivationMatchProgress,
  activationMatch,
  type MatchResult,
  weightMatch,
} from '../matching';
import { type GraphNetworks, type TestSet, withNetworksOnData } from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import { BATCH_SIZE, type DataFlags, dataSettings } from './dataFlags';
import { pairSettings, type WeightFlags, weightSettings, withThreads } from './matchByFlags';
import type { ProgressLine } from './progressLine';
import type { Session } from './session';

/**
 * Matches the second of two networks in memory to the first with the flags of a command line, by weights or by
 * activations on data.
 */
export async function matchOnData(
  session: Session,
  spec: PermutationSpec,
  { networks: [a, b], forward }: GraphNetworks,
  set: TestSet,
  flags: WeightFlags & DataFlags,
  line: ProgressLine,
): Promise<MatchResult> {
  const { kernel, method, batchSize = BATCH_SIZE } = flags;
  if (method !== 'activations') {
    const pair = await pairSettings(flags, line);
    return withThreads(flags, line, (threads) =>
      weightMatch(spec, a, b, {
        ...weightSettings(session, flags, threads),
        ...pair,
        engine: 'packed',
      }),
    );
  }
  return activationMatch(spec, a, b, {
    ...{ forward, inputs: set.x, batchSize: set.batch ?? batchSize, kernel },
    signal: session.signal,
    onProgress: ({ done, total }: ActivationMatchProgress) =>
      line.show(`activations ${done}/${total}`),
  }).finally(() => line.clear());
}

/** Matches the second of two networks on disk to the first, with the flags of a command line. */
export function matchFilesOnData(
  session: Session,
  spec: PermutationSpec,
  paths: readonly [string, string],
  flags: WeightFlags & DataFlags & { readonly data: string },
  line: ProgressLine,
): Promise<MatchResult> {
  return withNetworksOnData(paths, dataSettings(session, flags), (graph, set) =>
    matchOnData(session, spec, graph, set, flags, line),
  ).finally(() => line.clear());
}
