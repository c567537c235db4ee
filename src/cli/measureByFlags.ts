import { parseSpec } from '../io';
import type { MatchResult } from '../matching';
import {
  type BarrierName,
  type Barriers,
  type GraphNetworks,
  measureBarriers,
  type TestLoss,
  withNetworksOnData,
} from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import type { BarrierFlags } from './barrierFlags';
import { BATCH_SIZE, dataSettings } from './dataFlags';
import { matchOnData } from './matchOnData';
import { parsePreset } from './parsePreset';
import type { ProgressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import { readText } from './readText';
import type { Session } from './session';

/** The barriers between two networks on a test set. */
export interface Measured {
  /** The name of the spec. */
  readonly spec: string;
  readonly warnings: readonly string[];
  /** The number of samples. */
  readonly samples: number;
  /** The number of samples that were left out, because the graph takes whole batches. */
  readonly leftOut: number;
  readonly loss: TestLoss;
  /** Null if the permutations were given. */
  readonly match: MatchResult | null;
  readonly barriers: Barriers;
}

/** Measures the barriers between two networks with the flags of a command line, and shows progress. */
export async function measureByFlags(
  session: Session,
  paths: readonly [string, string],
  flags: BarrierFlags,
  line: ProgressLine,
): Promise<Measured> {
  const { loss, points = 25, batchSize = BATCH_SIZE, repair = false } = flags;
  const { signal } = session;
  line.show(`reading ${paths.join(' and ')}`);
  const settings = { ...dataSettings(session, flags), loss };
  return withNetworksOnData(paths, settings, async (graph, set) => {
    const { name, spec } = await specOf(flags, graph);
    const match =
      flags.permutations === undefined
        ? await matchOnData(session, spec, graph, set, flags, line)
        : null;
    const permutations = match?.permutations ?? (await readPermutations(flags.permutations!));
    const barriers = await measureBarriers(graph, set, spec, permutations, {
      ...{ points, batchSize, repair, signal },
      onProgress: (curve, { done, total }) => line.show(`${STEPS[curve]} ${done}/${total}`),
    });
    const { count: samples, leftOut } = set;
    return {
      spec: name,
      warnings: graph.warnings,
      samples,
      leftOut,
      loss: set.loss,
      match,
      barriers,
    };
  }).finally(() => line.clear());
}

/** The words for the curves in the progress line. */
const STEPS: Readonly<Record<BarrierName, string>> = {
  before: 'before alignment',
  after: 'after alignment',
  repaired: 'repaired',
};

/** The spec that the flags name: by default that of the graph. */
async function specOf(
  { spec: text = 'auto' }: BarrierFlags,
  { graph, spec }: GraphNetworks,
): Promise<{ name: string; spec: PermutationSpec }> {
  if (text === 'auto') return { name: graph, spec };
  return { name: text, spec: parsePreset(text) ?? parseSpec(await readText('spec', text)) };
}
