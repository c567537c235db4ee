import { dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { samplesOf } from '../../params/internal';
import type { Permutations } from '../../permutation';
import { type Progress, read } from '../../runtime';
import {
  type Place,
  permutedIndex,
  permuteTensor,
  placeMovement,
  placePositions,
} from '../../symmetry/internal';
import type { ActivationKernel } from './activationKernel';
import { type ComparedUnits, comparedOn, onAllSources } from './comparedUnits';
import { createGramSum, type GramSum } from './gramSum';
import { withUnitsAt } from './moments';
import type { ActivationPlan, UnitSource } from './unitSource';

/** Progress of activation matching, after each batch. */
export interface ActivationMatchProgress extends Progress {
  /** The number of batches of the pass so far. */
  readonly done: number;
  /** The number of batches of a pass; null if the inputs are an iterator of unknown length. */
  readonly total: number | null;
  /** The pass over the data, from 1. */
  readonly pass: number;
  /** The number of samples in these batches, counted along the first axis of the inputs. */
  readonly samples: number;
}

/** The sources of activations, and the settings of their comparison. */
export interface Comparison {
  readonly networks: readonly NamedParams[];
  readonly planOf: (input: NetworkInput) => ActivationPlan;
  readonly kernel: ActivationKernel;
  readonly engine: 'packed' | 'backend';
  readonly yieldPoint: () => Promise<void>;
}

/** A network and its name for messages. */
export interface NamedParams {
  readonly name: string;
  readonly params: Params;
}

/** One pass over the data. */
export interface Pass {
  readonly batches: AsyncIterable<NetworkInput>;
  /** True for the sources to compare. */
  readonly isWanted: (source: UnitSource) => boolean;
  /** For each network, the permutations of groups that move samples of these sources. */
  readonly permutations: readonly Permutations[];
  readonly onBatch: (progress: Pick<ActivationMatchProgress, 'done' | 'samples'>) => void;
}

/** The result of a pass. */
export interface PassResult {
  /** All sources, those that are not wanted included. */
  readonly sources: readonly UnitSource[];
  /** The groups that were compared, by name. */
  readonly compared: ReadonlyMap<string, ComparedUnits>;
}

/**
 * Compares the activations of networks batch by batch, every pair of them. The activations of all networks on one
 * batch are in memory at a time.
 */
export async function compareActivations(
  { networks, planOf, kernel, engine, yieldPoint }: Comparison,
  { batches, isWanted, permutations, onBatch }: Pass,
): Promise<PassResult> {
  const sums = new Map<number, GramSum>();
  let sources: readonly UnitSource[] = [];
  const orders = new Map<number, readonly Int32Array[]>();
  const progress = { done: 0, samples: 0 };
  const settings = { kernel, engine, yieldPoint };

  /** Adds the activations of a source, a tensor for each network. */
  async function addSource(i: number, tensors: readonly Tensor[]): Promise<void> {
    await yieldPoint();
    const { place, others } = sources[i];
    assertSamples(place, networks, tensors);
    const moved = tidy(() =>
      tensors.map((x, k) =>
        permuteTensor(x, others, (each) => placeMovement(each, permutations[k])),
      ),
    );
    try {
      const places = networks.map(() => place);
      const sum = sums.get(i) ?? createGramSum(unitCounts(places), settings);
      sums.set(i, sum);
      if (!(await sum.add(moved, places))) throw await notFinite(place, networks, moved);
      const size = tensors[0].shape[place.axis];
      orders.set(
        i,
        permutations.map((each) => unitsAt(sources[i], size, each)),
      );
    } finally {
      dispose(moved);
    }
  }

  for await (const input of batches) {
    await yieldPoint();
    const plan = planOf(input);
    sources = plan.sources;
    const wanted = [...sources.keys()].filter((i) => isWanted(sources[i]));
    const outputs: Tensor[][] = [];
    try {
      for (const { params } of networks) {
        await yieldPoint();
        outputs.push(plan.run(params, wanted));
      }
      for (const [at, i] of wanted.entries()) {
        await addSource(
          i,
          outputs.map((each) => each[at]),
        );
      }
    } finally {
      dispose(outputs);
    }
    progress.done++;
    progress.samples += samplesOf(input);
    onBatch({ ...progress });
  }

  const compared = new Map<string, ComparedUnits>();
  for (const [i, sum] of sums) {
    const { group } = sources[i].place;
    const own = comparedOn(kernel, withUnitsAt(sum.moments(), orders.get(i)!));
    const others = compared.get(group);
    compared.set(group, others ? onAllSources(others, own) : own);
  }
  return { sources, compared };
}

/** The number of units at each place. */
function unitCounts(places: readonly Place[]): number[] {
  return places.map(({ units }) => units);
}

/** For each unit, [units]: the network's unit in its place after the other groups on its axis have been moved. */
function unitsAt({ place, others }: UnitSource, size: number, permutations: Permutations) {
  const positions = placePositions(place);
  const onAxis = others.filter(({ axis }) => axis === place.axis);
  const index = permutedIndex(size, onAxis, (each) => placeMovement(each, permutations));
  const unitAt = new Int32Array(size);
  positions.forEach((position, at) => {
    unitAt[position] = Math.floor(at / place.copies);
  });
  return Int32Array.from({ length: place.units }, (_, unit) => {
    const position = positions[unit * place.copies];
    return unitAt[index ? index[position] : position];
  });
}

function assertSamples(
  { group }: Place,
  networks: readonly NamedParams[],
  tensors: readonly Tensor[],
): void {
  const [first] = tensors;
  const other = tensors.findIndex(({ shape }) => shape.join() !== first.shape.join());
  if (other < 0) return;
  const { shape } = tensors[other];
  throw invalid(
    `the activations of group '${group}' have shape [${first.shape}] in ${networks[0].name} and [${shape}] in ${networks[other].name}`,
    `${networks.length === 2 ? 'Both' : 'All'} networks must give the same samples for the same inputs`,
    { received: [first.shape, shape] },
  );
}

/** The error for the first activation that is not finite. */
export async function notFinite(
  { group }: Place,
  networks: readonly NamedParams[],
  tensors: readonly Tensor[],
) {
  for (const [k, { name }] of networks.entries()) {
    const value = (await read(tensors[k])).find((each) => !Number.isFinite(each));
    if (value !== undefined) {
      return invalid(
        `the activations of group '${group}' in ${name} hold ${value}`,
        'Look for values in params or inputs that are not finite, or an overflow in the forward pass',
        { received: value },
      );
    }
  }
  return invalid(
    `the products of the activations of group '${group}' overflow float32`,
    'Scale the inputs down',
  );
}
