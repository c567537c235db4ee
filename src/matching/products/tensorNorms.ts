import { reshape, square, sum, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { readAndDispose } from '../../runtime';
import type { SquaredNorms } from '../weights/similarityKernel';

/** Squared norms of tensors, by ops of the backend. */
export function tensorNorms(a: Params, b: Params): SquaredNorms {
  const networks = { a, b };
  return async (network, param, axis) => {
    const x = networks[network][param];
    return readAndDispose(
      tidy(() => {
        const others = Array.from({ length: x.rank }, (_, i) => i).filter((i) => i !== axis);
        return sum(reshape(square(transpose(x, [axis, ...others])), [x.shape[axis], -1]), 1);
      }),
    );
  };
}
