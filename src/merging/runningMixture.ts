import {
  add,
  clone,
  dispose,
  equal,
  logicalAnd,
  mul,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { isMean } from './mixTensors';
import { assertFloats, type MixtureOptions } from './mixture';

/** A mixture Σ wᵢθᵢ of networks that come one after another. */
export interface RunningMixture {
  /** Adds the next network, which is left as it is. */
  add(params: Params): void;
  /** The mixture of the networks so far: new tensors; the caller disposes them. */
  result(): Params;
  dispose(): void;
}

/** The mixture of one parameter. */
interface Sum {
  /** The first tensor of a weight that is not 0. */
  readonly first: Tensor;
  readonly sum: Tensor;
  /** True for the elements that all tensors so far share; null while there is one tensor. */
  readonly same: Tensor | null;
}

/**
 * Adds networks up one at a time, so that only one has to be in memory beside the sum, the first network and a
 * mask. The result equals that of `mixture`, bit by bit.
 *
 * @param weights - [networks].
 */
export function runningMixture(
  weights: readonly number[],
  { integers = 'error' }: MixtureOptions,
): RunningMixture {
  let at = 0;
  /** The integers of the first network, and its floats until there is a sum. */
  let zeros: Params = {};
  let kept: Params = {};
  let names: readonly string[] = [];
  const sums = new Map<string, Sum>();
  return {
    add(params) {
      const weight = weights[at];
      if (at++ === 0) {
        assertFloats(params, integers);
        names = Object.keys(params);
        kept = mapParams(integersOf(params), clone);
        zeros = tidy(() => mapParams(floatsOf(params), zerosLike));
      }
      if (weight === 0) return;
      for (const [name, tensor] of Object.entries(floatsOf(params))) {
        const before = sums.get(name);
        sums.set(name, before ? addedTo(before, tensor, weight) : sumOf(tensor, weight));
      }
    },
    result: () =>
      tidy(() =>
        Object.fromEntries(
          names.map((name) => {
            const sum = sums.get(name);
            return [name, sum ? resultOf(sum, weights) : clone(zeros[name] ?? kept[name])];
          }),
        ),
      ),
    dispose() {
      dispose([
        zeros,
        kept,
        [...sums.values()].map(({ first, sum, same }) =>
          same ? [first, sum, same] : [first, sum],
        ),
      ]);
      sums.clear();
    },
  };
}

function sumOf(tensor: Tensor, weight: number): Sum {
  return { first: clone(tensor), sum: mul(tensor, weight), same: null };
}

/** The sum with one more tensor. Disposes what it replaces. */
function addedTo({ first, sum, same }: Sum, tensor: Tensor, weight: number): Sum {
  const added = tidy(() => add(sum, mul(tensor, weight)));
  const shared = tidy(() => {
    const equals = equal(first, tensor);
    return same ? logicalAnd(same, equals) : equals;
  });
  sum.dispose();
  same?.dispose();
  return { first, sum: added, same: shared };
}

function resultOf({ first, sum, same }: Sum, weights: readonly number[]): Tensor {
  return same && isMean(weights) ? where(same, first, sum) : clone(sum);
}

const floatsOf = (params: Params): Params => ofType(params, true);
const integersOf = (params: Params): Params => ofType(params, false);

function ofType(params: Params, floats: boolean): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([, { dtype }]) => (dtype === 'float32') === floats),
  );
}
