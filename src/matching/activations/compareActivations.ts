import { dispose, type Tensor } from '@tensorflow/tfjs-core';
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
import { type ActivationKernel, unitSimilarity } from './activationKernel';
import { createGramSum, type GramSum } from './gramSum';
import type { Moments } from './moments';
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
  readonly planOf: (input: NetworkInput) => ActivationPlan;
  readonly kernel: ActivationKernel;
  readonly engine: 'packed' | 'backend';
  readonly yieldPoint: () => Promise<void>;
}

/** One pass over the data. */
export interface Pass {
  readonly batches: AsyncIterable<NetworkInput>;
  /** True for the sources to compare. */
  readonly isWanted: (source: UnitSource) => boolean;
  /** The permutations of groups that move samples of these sources. */
  readonly permutations: Permutations;
  readonly onBatch: (progress: Pick<ActivationMatchProgress, 'done' | 'samples'>) => void;
}

/** The result of a pass. */
export interface PassResult {
  /** All sources, those that are not wanted included. */
  readonly sources: readonly UnitSource[];
  /** The groups that were compared, by name. */
  readonly compared: ReadonlyMap<string, ComparedGroup>;
}

/** The activations of a group's units, summed over its sources. Rows are units of A, columns those of B. */
export interface ComparedGroup {
  /** The similarity of the units by the kernel, `[n × n]`, row-major. */
  readonly similarity: Float64Array;
  /** Moments of the activations, with each unit's mean subtracted under every kernel. */
  readonly centred: Moments;
}

/** Compares the activations of two networks batch by batch, and adds up the similarities of a group's sources. */
export async function compareActivations(
  a: Params,
  b: Params,
  { planOf, kernel, engine, yieldPoint }: Comparison,
  { batches, isWanted, permutations, onBatch }: Pass,
): Promise<PassResult> {
  const sums = new Map<number, GramSum>();
  let sources: readonly UnitSource[] = [];
  const columns = new Map<number, Int32Array>();
  const progress = { done: 0, samples: 0 };

  async function addBatch(at: readonly number[], ofA: Tensor[], ofB: Tensor[]): Promise<void> {
    for (const [k, i] of at.entries()) {
      await yieldPoint();
      const { place, others } = sources[i];
      assertSamples(place, ofA[k], ofB[k]);
      const moved = permuteTensor(ofB[k], others, (each) => placeMovement(each, permutations));
      try {
        const sum = sums.get(i) ?? createGramSum(place.units, { kernel, engine });
        sums.set(i, sum);
        if (!(await sum.add(ofA[k], moved, place))) throw await notFinite(place, ofA[k], moved);
        columns.set(i, unitsAt(sources[i], ofB[k].shape[place.axis], permutations));
      } finally {
        moved.dispose();
      }
    }
  }

  for await (const input of batches) {
    await yieldPoint();
    const plan = planOf(input);
    sources = plan.sources;
    const wanted = [...sources.keys()].filter((i) => isWanted(sources[i]));
    const ofA = plan.run(a, wanted);
    try {
      await yieldPoint();
      const ofB = plan.run(b, wanted);
      try {
        await addBatch(wanted, ofA, ofB);
      } finally {
        dispose(ofB);
      }
    } finally {
      dispose(ofA);
    }
    progress.done++;
    progress.samples += samplesOf(input);
    onBatch({ ...progress });
  }

  const compared = new Map<string, ComparedGroup>();
  for (const [i, sum] of sums) {
    const { group } = sources[i].place;
    const own = comparedBy(kernel, sum, columns.get(i)!);
    const others = compared.get(group);
    compared.set(group, others ? addedUp(others, own) : own);
  }
  return { sources, compared };
}

/** The comparison of a group on one source. */
function comparedBy(kernel: ActivationKernel, sum: GramSum, columns: Int32Array): ComparedGroup {
  const similarity = unitSimilarity(kernel, sum.moments(kernel === 'correlation'));
  const { products, squaresA, squaresB } = sum.moments(true);
  return {
    similarity: withColumns(similarity, columns),
    centred: {
      products: withColumns(products, columns),
      squaresA,
      squaresB: withColumns(squaresB, columns),
    },
  };
}

function addedUp(one: ComparedGroup, other: ComparedGroup): ComparedGroup {
  const sum = (some: Float64Array, others: Float64Array) =>
    some.map((value, at) => value + others[at]);
  return {
    similarity: sum(one.similarity, other.similarity),
    centred: {
      products: sum(one.centred.products, other.centred.products),
      squaresA: sum(one.centred.squaresA, other.centred.squaresA),
      squaresB: sum(one.centred.squaresB, other.centred.squaresB),
    },
  };
}

/** For each unit, [units]: the unit of B in its place after the other groups on its axis have been moved. */
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

/** The matrix with column j moved to column `columns[j]`. */
function withColumns(values: Float64Array, columns: Int32Array): Float64Array {
  const n = columns.length;
  const result = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) result[at - (at % n) + columns[at % n]] = values[at];
  return result;
}

function assertSamples({ group }: Place, x: Tensor, y: Tensor): void {
  if (x.shape.join() === y.shape.join()) return;
  throw invalid(
    `the activations of group '${group}' have shape [${x.shape}] in a and [${y.shape}] in b`,
    'Both networks must give the same samples for the same inputs',
    { received: [x.shape, y.shape] },
  );
}

async function notFinite({ group }: Place, x: Tensor, y: Tensor) {
  for (const [network, tensor] of [
    ['a', x],
    ['b', y],
  ] as const) {
    const value = (await read(tensor)).find((each) => !Number.isFinite(each));
    if (value !== undefined) {
      return invalid(
        `the activations of group '${group}' in ${network} hold ${value}`,
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
