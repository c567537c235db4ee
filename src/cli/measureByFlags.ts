import {
  type BarrierName,
  type Barriers,
  type GraphNetworks,
  measureBarriers,
  type TestLoss,
  type TestSet,
  withNetworksOnData,
} from '../node/internal';
import type { BarrierFlags } from './barrierFlags';
import { BATCH_SIZE, dataSettings } from './dataFlags';
import { UsageError } from './exit';
import { loadSpec } from './loadSpec';
import type { CommandMatch } from './matchDocument';
import { matchOnData } from './matchOnData';
import type { NamedSpec } from './namedSpec';
import type { ProgressLine } from './progressLine';
import { readPermutations } from './readPermutations';
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
  readonly match: CommandMatch | null;
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
    if (flags.metric === 'error' && set.loss === 'mse') {
      throw new UsageError(
        'targets have no error: leave out --metric, or pass --loss crossEntropy',
      );
    }
    const { name, spec, warnings } = await specOf(session, flags, graph);
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
      warnings: [...warnings, ...batchWarning(set, batchSize)],
      samples,
      leftOut,
      loss: set.loss,
      match,
      barriers,
    };
  }).finally(() => line.clear());
}

/** The warning that small batches take long. */
function batchWarning({ batch }: TestSet, batchSize: number): string[] {
  if (batch === undefined || batch >= batchSize) return [];
  return [
    `the graph takes ${batch} samples at a time, which is slow: export it with a dynamic batch axis`,
  ];
}

/** The words for the curves in the progress line. */
const STEPS: Readonly<Record<BarrierName, string>> = {
  before: 'before alignment',
  after: 'after alignment',
  repaired: 'repaired',
};

/** The spec that the flags name: by default that of the graph. */
async function specOf(
  session: Session,
  flags: BarrierFlags,
  { graph, spec, warnings }: GraphNetworks,
): Promise<NamedSpec> {
  const { spec: text = 'auto' } = flags;
  return text === 'auto' ? { name: graph, spec, warnings } : loadSpec(session, flags, []);
}
