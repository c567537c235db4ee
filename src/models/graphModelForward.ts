import { Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { Params } from '../params';
import { withFastProducts } from '../runtime';
import { adviceWithout, nodesInWords } from './adviceWithout';
import { assertFits } from './assertFits';
import { assertGraphNames } from './assertGraphNames';
import type { GraphModelInput, GraphModelLike } from './graphModelLike';
import { isAsynchronous } from './graphSection';
import { type GraphWeight, graphWeights } from './graphWeights';
import { modelGraph, nodeNamed, upstream } from './modelGraph';
import type { ModelForward } from './modelNetwork';

/**
 * The model's function of its weights: executes its graph with the given tensors in place of its weights. The
 * model's own weights are restored when the call returns or throws.
 *
 * @param outputs - The names of the nodes to end at. Default: the model's outputs.
 */
export function graphModelForward<Output>(
  model: GraphModelLike,
  outputs: readonly string[] | undefined,
): ModelForward<GraphModelInput, Output> {
  if (outputs !== undefined) assertGraphNames(model, 'outputs', outputs);
  return (params, x) => {
    const weights = graphWeights(model);
    assertFits(
      Object.fromEntries(weights.map(({ name, list, place }) => [name, list[place]])),
      params,
    );
    const isRecord = !(x instanceof Tensor || Array.isArray(x));
    if (isRecord) assertGraphNames(model, 'input', Object.keys(x));
    // The model adds its captured resources to the record it is given.
    const input = isRecord ? { ...x } : x;
    try {
      return holdingParams(weights, params, () =>
        outputs ? model.execute(input, [...outputs]) : model.predict(input),
      ) as Output;
    } catch (cause) {
      throw explained(model, isRecord ? Object.keys(x) : [], outputs, cause);
    }
  };
}

/** The result of `run` while the model's lists hold the parameters. The executor does not dispose tensors in them. */
function holdingParams<T>(weights: readonly GraphWeight[], params: Params, run: () => T): T {
  const own = weights.map(({ list, place }) => list[place]);
  try {
    for (const { name, list, place } of weights) list[place] = params[name];
    return withFastProducts(run);
  } finally {
    weights.forEach(({ list, place }, i) => {
      list[place] = own[i];
    });
  }
}

/** A clearer error for missing inputs and for graphs that only run asynchronously; any other error unchanged. */
function explained(
  model: GraphModelLike,
  given: readonly string[],
  outputs: readonly string[] | undefined,
  cause: unknown,
): unknown {
  const message = cause instanceof Error ? cause.message : '';
  const missing = /Missing the following inputs: \[(.*)\]/.exec(message);
  if (missing) {
    return invalid(
      `the outputs depend on ${missing[1]
        .split(',')
        .map((name) => `'${name}'`)
        .join(', ')}, which input does not give`,
      'Give a tensor for each, or name outputs that do not depend on them',
      { param: 'input', received: given, cause },
    );
  }
  if (!message.includes('executeAsync')) return cause;
  const graph = modelGraph(model);
  const find = (names: readonly string[]) =>
    names.flatMap((name) => (graph && nodeNamed(graph, name)) ?? []);
  const ends = outputs ? find(outputs) : (graph?.outputs ?? []);
  const causes = [...upstream(ends, new Set(find(given)))].filter(isAsynchronous);
  const advice = graph && adviceWithout(isAsynchronous, model, graph, ends);
  return invalid(
    `the graph has control flow or shapes that depend on values${causes.length > 0 ? ` (${nodesInWords(causes)})` : ''}, which tfjs executes asynchronously only`,
    advice
      ? `Pass ${advice}`
      : 'Pass outputs, the names of nodes before these, or input, a record of tensors by the names of nodes behind them',
    { param: 'model', cause },
  );
}
