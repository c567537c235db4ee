import { clone, tidy } from '@tensorflow/tfjs-core';
import { assertChoice } from '../checks';
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
  assertFloats(models[0], integers);
  return tidy(() =>
    mapParams(models[0], (first, name) => {
      const tensors = models.map((params) => params[name]);
      return first.dtype === 'float32'
        ? mixTensors(tensors, weights, mayShare(name))
        : clone(first);
    }),
  );
}

/** Throws if there are integers and booleans, unless they are taken from the first network. */
export function assertFloats(params: Params, integers: MixtureOptions['integers']): void {
  assertChoice('integers', integers, ['error', 'first']);
  const integer = Object.keys(params).find((name) => params[name].dtype !== 'float32');
  if (integer === undefined || integers === 'first') return;
  const { dtype } = params[integer];
  throw invalid(
    `parameter '${integer}' is ${dtype}, and only floats can be averaged`,
    "Pass { integers: 'first' } to take it from the first network, or cast it to float32",
    { param: integer, received: dtype },
  );
}
