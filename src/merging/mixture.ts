import { clone, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { mixTensors } from './mixTensors';

/** The treatment of parameters that are not float32, such as the counter of a batch normalisation. */
export interface MixtureOptions {
  /**
   * `'error'` throws at integer and boolean tensors, whose mean has no meaning; `'first'` takes them from the
   * first network. Default `'error'`.
   */
  integers?: 'error' | 'first';
}

/**
 * Σ wᵢθᵢ of comparable networks, parameter by parameter, as {@link mixTensors} computes it.
 *
 * @param weights - [models].
 * @param mayShare - False for a parameter of which the networks share no element.
 * @returns New tensors; the caller disposes them.
 */
export function mixture(
  models: readonly Params[],
  weights: readonly number[],
  { integers = 'error' }: MixtureOptions,
  mayShare: (name: string) => boolean = () => true,
): Params {
  const names = Object.keys(models[0]);
  const integer = names.find((name) => models[0][name].dtype !== 'float32');
  if (integer !== undefined && integers !== 'first') {
    throw invalid(
      `parameter '${integer}' is ${models[0][integer].dtype}, and only floats can be averaged`,
      "Pass { integers: 'first' } to take it from the first network, or cast it to float32",
      { param: integer, received: models[0][integer].dtype },
    );
  }
  return tidy(() =>
    mapParams(models[0], (first, name) => {
      const tensors = models.map((params) => params[name]);
      return first.dtype === 'float32'
        ? mixTensors(tensors, weights, mayShare(name))
        : clone(first);
    }),
  );
}
