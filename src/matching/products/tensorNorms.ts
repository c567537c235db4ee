import { reshape, square, sum, tidy } from '@tensorflow/tfjs-core';
import type { Params } from '../../params';
import { readAndDispose } from '../../runtime';
import type { SquaredNorms } from '../weights/similarityKernel';
import { moveAxis } from './moveAxis';

/** Squared norms of tensors, computed by ops of the user's backend. */
export function tensorNorms(a: Params, b: Params): SquaredNorms {
  const networks = { a, b };
  return async (network, param, axis) => {
    const x = networks[network][param];
    return readAndDispose(
      tidy(() => sum(reshape(square(moveAxis(x, axis, 0)), [x.shape[axis], -1]), 1)),
    );
  };
}
