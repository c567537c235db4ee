import { type ActivationMatchProgress, activationMatch, weightMatch } from '../matching';
import { type GraphNetworks, type TestSet, withNetworksOnData } from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import { BATCH_SIZE, type DataFlags, dataSettings } from './dataFlags';
import { isDataMethod } from './dataMethod';
import { learnOnData } from './learnOnData';
import { pairSettings, type WeightFlags, weightSettings, withThreads } from './matchByFlags';
import type { CommandMatch } from './matchDocument';
import type { ProgressLine } from './progressLine';
import type { Session } from './session';

/**
 * Matches the second of two networks in memory to the first with the flags of a command line, by weights or by a method
 * on data.
 */
export async function matchOnData(
  session: Session,
  spec: PermutationSpec,
  graph: GraphNetworks,
  set: TestSet,
  flags: WeightFlags & DataFlags,
  line: ProgressLine,
): Promise<CommandMatch> {
  const { method } = flags;
  try {
    if (!isDataMethod(method)) return await matchWeights(session, spec, graph, flags, line);
    if (method === 'activations') {
      return await matchActivations(session, spec, graph, set, flags, line);
    }
    return await learnOnData(session, spec, graph, set, { ...flags, method }, line);
  } finally {
    line.clear();
  }
}

async function matchWeights(
  session: Session,
  spec: PermutationSpec,
  { networks: [a, b] }: GraphNetworks,
  flags: WeightFlags,
  line: ProgressLine,
): Promise<CommandMatch> {
  const pair = await pairSettings(flags, line);
  return withThreads(flags, line, (threads) =>
    weightMatch(spec, a, b, {
      ...weightSettings(session, flags, threads),
      ...pair,
      engine: 'packed',
    }),
  );
}

function matchActivations(
  { signal }: Session,
  spec: PermutationSpec,
  { networks: [a, b], forward }: GraphNetworks,
  set: TestSet,
  { kernel, batchSize = BATCH_SIZE }: WeightFlags & DataFlags,
  line: ProgressLine,
): Promise<CommandMatch> {
  return activationMatch(spec, a, b, {
    ...{ forward, inputs: set.x, batchSize: set.batch ?? batchSize, kernel, signal },
    onProgress: ({ done, total }: ActivationMatchProgress) =>
      line.show(`activations ${done}/${total}`),
  });
}

/** Matches the second of two networks on disk to the first, with the flags of a command line. */
export function matchFilesOnData(
  session: Session,
  spec: PermutationSpec,
  paths: readonly [string, string],
  flags: WeightFlags & DataFlags & { readonly data: string },
  line: ProgressLine,
): Promise<CommandMatch> {
  return withNetworksOnData(paths, dataSettings(session, flags), (graph, set) =>
    matchOnData(session, spec, graph, set, flags, line),
  ).finally(() => line.clear());
}
