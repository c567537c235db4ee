import {
  concat,
  gather,
  mul,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import type { Permutations } from '../../permutation';
import { readAndDispose } from '../../runtime';
import { permuteTensor, placeMovement } from '../../symmetry/internal';
import type { MovedSums } from '../alignmentOf';
import type { DividedParameter, Region } from './divideParameter';

/**
 * The sums of `movedSums` by ops of the backend. Sums over the last axis are made there in float32, all others
 * here in float64.
 */
export async function backendMovedSums(
  a: Params,
  b: Params,
  parameters: readonly DividedParameter[],
  permutations: Permutations,
): Promise<MovedSums[]> {
  const moved = parameters.flatMap(({ param, places, regions }) =>
    regions.filter(({ groups }) => groups.length > 0).map((region) => ({ param, places, region })),
  );
  if (moved.length === 0) return [];
  const lengths: number[] = [];
  const partials = tidy(() =>
    concat(
      moved.map(({ param, places, region }) => {
        const own = tidy(() => {
          const aligned = permuteTensor(b[param], places, (place) =>
            placeMovement(place, permutations),
          );
          const [x, y, z] = [a[param], b[param], aligned].map((each) => valuesOf(each, region));
          return concat([lineSums(x, y), lineSums(x, z), lineSums(x, x), lineSums(y, y)]);
        });
        lengths.push(own.size / 4);
        return own;
      }),
    ),
  );
  const values = await readAndDispose(partials);
  let at = 0;
  const nextSum = (length: number) => {
    const lines = values.subarray(at, at + length);
    at += length;
    return lines.reduce((total, value) => total + value, 0);
  };
  return moved.map(({ region: { groups } }, i) => ({
    groups,
    before: nextSum(lengths[i]),
    after: nextSum(lengths[i]),
    squaresA: nextSum(lengths[i]),
    squaresB: nextSum(lengths[i]),
  }));
}

/** The values of a region. */
function valuesOf(x: Tensor, { positions }: Region): Tensor {
  return positions.reduce(
    (picked, own, axis) => (own ? gather(picked, tensor1d(own, 'int32'), axis) : picked),
    x,
  );
}

/** Σ x ⊙ y along the last axis. */
function lineSums(x: Tensor, y: Tensor): Tensor1D {
  return sum(reshape(mul(x, y), [-1, x.shape[x.rank - 1]]), 1);
}
