import { add, clone, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';

/** What to do with parameters that are no floats, such as the counter of a batch normalisation. */
export interface MixtureOptions {
  /**
   * `'error'` refuses integer and boolean tensors, since a mean of them has no meaning; `'first'`
   * takes them from the first network. Default `'error'`.
   */
  integers?: 'error' | 'first';
}

/** Σ wᵢθᵢ of networks that are known to be comparable. */
export function mixture(
  models: readonly Params[],
  weights: readonly number[],
  { integers = 'error' }: MixtureOptions,
): Params {
  const names = Object.keys(models[0]);
  const integer = names.find((name) => models[0][name].dtype !== 'float32');
  if (integer !== undefined && integers !== 'first') {
    throw invalid(
      `parameter '${integer}' is ${models[0][integer].dtype}, and only floats can be averaged`,
      "Pass { integers: 'first' } to take it from the first network, or cast it to float32",
    );
  }
  return tidy(() =>
    mapParams(models[0], (first, name) => {
      const tensors = models.map((params) => params[name]);
      return first.dtype === 'float32' ? weightedSum(tensors, weights) : clone(first);
    }),
  );
}

function weightedSum(tensors: readonly Tensor[], weights: readonly number[]): Tensor {
  return tidy(() => {
    let sum = mul(tensors[0], weights[0]);
    for (let i = 1; i < tensors.length; i++)
      sum = tidy(() => add(sum, mul(tensors[i], weights[i])));
    return sum;
  });
}
