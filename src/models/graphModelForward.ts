import { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { assertFits } from './assertFits';
import {
  type GraphModelInput,
  type GraphModelLike,
  type GraphWeight,
  graphWeights,
} from './graphModelLike';
import type { ModelForward } from './modelNetwork';

/**
 * The model's function of its weights: its graph is executed with the given tensors in place of its
 * weights. The model itself is as before when the call ends, also by a throw.
 */
export function graphModelForward<Output>(
  model: GraphModelLike,
  outputs: readonly string[] | undefined,
): ModelForward<GraphModelInput, Output> {
  return (params, x) => {
    const weights = graphWeights(model);
    assertFits(
      Object.fromEntries(weights.map(({ name, list, place }) => [name, list[place]])),
      params,
    );
    // The model adds its captured resources to a record.
    const input = x instanceof Tensor || Array.isArray(x) ? x : { ...x };
    return holdingParams(weights, params, () =>
      outputs ? model.execute(input, [...outputs]) : model.predict(input),
    ) as Output;
  };
}

/** Runs while the model's lists hold the parameters; the executor protects from disposal what they hold. */
function holdingParams<T>(weights: readonly GraphWeight[], params: Params, run: () => T): T {
  const own = weights.map(({ list, place }) => list[place]);
  try {
    for (const { name, list, place } of weights) list[place] = params[name];
    return run();
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.includes('executeAsync')) throw cause;
    const op = /'([^']*)', which has the dynamic op '([^']*)'/.exec(cause.message);
    throw invalid(
      `the graph has control flow or shapes that depend on values${op ? ` (${op[2]}, node '${op[1]}')` : ''}, which tfjs executes asynchronously only`,
      'Pass outputs, the names of nodes before it',
      { cause },
    );
  } finally {
    weights.forEach(({ list, place }, i) => {
      list[place] = own[i];
    });
  }
}
