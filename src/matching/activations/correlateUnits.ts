import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { about, invalid } from '../../errors';
import type { BatchedInputs } from '../../params';
import { batchesOf, listsBy, samplesOf } from '../../params/internal';
import type { Place, ResolvedSpec } from '../../symmetry/internal';
import { chooseEngine, type ProductEngine } from '../products/chooseEngine';
import { unitScales } from './activationKernel';
import { type ActivationMatchProgress, type NamedParams, notFinite } from './compareActivations';
import { createGramSum, type GramSum } from './gramSum';
import type { Moments, NetworkPair } from './moments';
import { type PlanSource, plansFor } from './plansFor';
import type { ActivationPlan, UnitSource } from './unitSource';

/** A network whose units are correlated with those of others. */
export interface CorrelatedNetwork extends NamedParams {
  /** The spec with the sizes of this network. */
  readonly resolved: ResolvedSpec;
}

/** The data, the source of the activations and the callbacks of a correlation. */
export interface Correlation extends PlanSource {
  readonly inputs: BatchedInputs;
  readonly batchSize: number;
  readonly engine: ProductEngine;
  readonly signal: AbortSignal | undefined;
  readonly yieldPoint: () => Promise<void>;
  readonly onBatch: (progress: Omit<ActivationMatchProgress, 'pass'>) => void;
}

/**
 * The correlation over all samples of the units of a group in all networks, one network after another:
 * `[Σn × Σn]`, row-major, for each of the groups. Units that never vary, such as those that are always 0, have
 * correlation 1 with each other and 0 with all others. Of several sources the mean is taken. The networks may differ
 * in width.
 *
 * @throws InvalidInputError when a group has no activations whose samples are in the same order in all networks, or
 * activations are not finite.
 */
export async function correlateUnits(
  networks: readonly CorrelatedNetwork[],
  groups: readonly string[],
  { inputs, batchSize, engine, signal, yieldPoint, onBatch, ...source }: Correlation,
): Promise<Map<string, Float64Array>> {
  const plans = networks.map(({ name, params, resolved }) => {
    const plan = plansFor(resolved, params, source);
    return (...args: Parameters<typeof plan>) => about(name, () => plan(...args));
  });
  const batches = batchesOf(inputs, batchSize, plans[0]);
  const sums = createSums(networks, { engine: chooseEngine(engine, false), yieldPoint });
  const progress = { done: 0, samples: 0 };
  for await (const input of batches.each(signal)) {
    await yieldPoint();
    const planned = plans.map((plan) => plan(input));
    const wanted = sourcesOf(groups, networks, planned);
    const outputs: Tensor[][] = [];
    try {
      for (const [k, { params }] of networks.entries()) {
        await yieldPoint();
        outputs.push(planned[k].run(params, wanted));
      }
      for (const [at, i] of wanted.entries()) {
        const places = planned.map(({ sources }) => sources[i].place);
        await sums.add(
          i,
          places,
          outputs.map((each) => each[at]),
        );
      }
    } finally {
      dispose(outputs);
    }
    progress.done++;
    progress.samples += samplesOf(input);
    onBatch({ ...progress, total: batches.count });
  }
  return sums.correlations();
}

/** Sums of all sources over the batches, by the index of the source. */
function createSums(
  networks: readonly NamedParams[],
  settings: { readonly engine: 'packed' | 'backend'; readonly yieldPoint: () => Promise<void> },
) {
  const pairs = networks.flatMap((_, i) =>
    networks.slice(i).map((_, k): NetworkPair => [i, i + k]),
  );
  const sums = new Map<number, { readonly group: string; readonly sum: GramSum }>();
  const createSum = (places: readonly Place[]) =>
    createGramSum(
      places.map(({ units }) => units),
      { ...settings, pairs, kernel: 'correlation' },
    );
  return {
    async add(source: number, places: readonly Place[], tensors: readonly Tensor[]): Promise<void> {
      assertSameSamples(networks, places, tensors);
      const [{ group }] = places;
      const { sum } = sums.get(source) ?? { sum: createSum(places) };
      sums.set(source, { group, sum });
      if (!(await sum.add(tensors, places))) throw await notFinite(places[0], networks, tensors);
    },
    correlations(): Map<string, Float64Array> {
      const byGroup = listsBy([...sums.values()], ({ group }) => [group]);
      return new Map(
        [...byGroup].map(([group, own]) => [
          group,
          meanOf(own.map(({ sum }) => correlationsOf(sum.moments(), pairs))),
        ]),
      );
    },
  };
}

/** The correlations of the units of all networks, [Σn × Σn]. */
function correlationsOf(
  { samples, networks, products }: Moments,
  pairs: readonly NetworkPair[],
): Float64Array {
  const sizes = networks.map(({ sums }) => sums.length);
  const offsets = sizes.map((_, k) => sizes.slice(0, k).reduce((sum, size) => sum + size, 0));
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const scales = networks.map(({ sums, squares }) =>
    unitScales(
      'correlation',
      squares.map((square, u) => square - sums[u] ** 2 / samples),
    ),
  );
  const result = new Float64Array(n * n);
  for (const [at, [i, j]] of pairs.entries()) {
    for (let u = 0; u < sizes[i]; u++) {
      for (let v = 0; v < sizes[j]; v++) {
        const means = (networks[i].sums[u] * networks[j].sums[v]) / samples;
        const product = products[at][u * sizes[j] + v] - means;
        const scale = scales[i][u] * scales[j][v];
        const areFixed = scales[i][u] === 0 && scales[j][v] === 0;
        const value = areFixed ? 1 : product * scale;
        result[(offsets[i] + u) * n + offsets[j] + v] = value;
        result[(offsets[j] + v) * n + offsets[i] + u] = value;
      }
    }
  }
  return result;
}

function meanOf(matrices: readonly Float64Array[]): Float64Array {
  if (matrices.length === 1) return matrices[0];
  return matrices[0].map(
    (_, at) => matrices.reduce((sum, matrix) => sum + matrix[at], 0) / matrices.length,
  );
}

/** The indices of the sources of these groups, which are the same in all networks. */
function sourcesOf(
  groups: readonly string[],
  networks: readonly NamedParams[],
  planned: readonly ActivationPlan[],
): number[] {
  const [{ sources }] = planned;
  const namesOf = (each: readonly UnitSource[]) => each.map(({ place }) => place.group).join();
  const other = planned.findIndex((each) => namesOf(each.sources) !== namesOf(sources));
  if (other >= 0) {
    throw invalid(
      `the activations of ${networks[0].name} and ${networks[other].name} are of different groups`,
      'Pass networks of one forward function, whose operations do not depend on the widths',
      { param: 'networks' },
    );
  }
  for (const group of groups) {
    if (sources.some((each) => each.place.group === group && each.others.length === 0)) continue;
    throw invalid(
      `every tensor with the units of group '${group}' has its samples in an order that other groups change`,
      'Pass the activations as { activations }, or compare the weights with { by: "weights" }',
      { param: 'forward' },
    );
  }
  return [...sources.keys()].filter((i) => groups.includes(sources[i].place.group));
}

/** Throws unless the tensors have the same shape but for the units. */
function assertSameSamples(
  networks: readonly NamedParams[],
  places: readonly Place[],
  tensors: readonly Tensor[],
): void {
  const rests = tensors.map(({ shape }, k) => shape.filter((_, axis) => axis !== places[k].axis));
  const other = rests.findIndex((rest) => rest.join() !== rests[0].join());
  if (other < 0) return;
  const shapes = [tensors[0].shape, tensors[other].shape];
  throw invalid(
    `the activations of group '${places[0].group}' have shape [${shapes[0]}] in ${networks[0].name} and [${shapes[1]}] in ${networks[other].name}`,
    'All networks must give the same samples for the same inputs',
    { received: shapes },
  );
}
