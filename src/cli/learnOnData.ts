import { type LearningProgress, sinkhornMatch, straightThroughMatch } from '../matching';
import { type GraphNetworks, learningTask, type TestSet } from '../node/internal';
import type { PermutationSpec } from '../symmetry';
import { BATCH_SIZE, type DataFlags } from './dataFlags';
import type { DataMethod } from './dataMethod';
import { includedBy, type WeightFlags } from './matchByFlags';
import type { LearnedMatch } from './matchDocument';
import type { ProgressLine } from './progressLine';
import { readPermutations } from './readPermutations';
import type { Session } from './session';

/** The flags of a match that learns. */
type LearningFlags = WeightFlags &
  DataFlags & { readonly method: Exclude<DataMethod, 'activations'> };

const MATCHERS = { 'straight-through': straightThroughMatch, sinkhorn: sinkhornMatch } as const;

/**
 * Matches the second of two networks to the first by a method that lowers the loss half way between them, with the
 * flags of a command line.
 */
export async function learnOnData(
  { signal }: Session,
  spec: PermutationSpec,
  graph: GraphNetworks,
  set: TestSet,
  flags: LearningFlags,
  line: ProgressLine,
): Promise<LearnedMatch> {
  const { method, seed, steps, learningRate, initial, batchSize = BATCH_SIZE } = flags;
  const [a, b] = graph.networks;
  const found = await MATCHERS[method](spec, a, b, {
    ...(await learningTask(graph, set, { batchSize, learningRate })),
    ...{ seed, steps, signal, include: includedBy(flags) },
    initial: initial === undefined ? undefined : await readPermutations(initial),
    onProgress: ({ done, total, loss }: LearningProgress) =>
      line.show(`step ${done}/${total}  loss half way ${loss.toPrecision(4)}`),
  });
  const { permutations, objective, alignment, startLoss, loss, step, history } = found;
  return {
    ...{ permutations, objective, alignment, step, steps: history.length },
    loss: { before: startLoss, after: loss },
  };
}
