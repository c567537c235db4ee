import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { isPromise, kindOf } from '../checks';
import { invalid } from '../errors';

/** A batch for a graph model: a tensor, several in the order of its inputs, or by name. */
export type GraphModelInput = Tensor | Tensor[] | NamedTensorMap;

/** An input of a graph model. */
export interface GraphModelPlaceholder {
  /** The name of its node. */
  readonly name: string;
  /** −1 stands for a size left open; absent where all are. */
  readonly shape?: number[];
  /** What it is fed with. */
  readonly dtype: string;
}

/** A `tf.GraphModel`, asked no more of than is needed here. */
export interface GraphModelLike {
  /** Its weights and constants, the lists that the model itself computes with. */
  readonly weights: Readonly<Record<string, Tensor[]>>;
  /** The placeholders; −1 stands for a size left open. */
  readonly inputs: readonly GraphModelPlaceholder[];
  /** Inference up to the outputs of the model. */
  predict(x: GraphModelInput): Tensor | Tensor[] | NamedTensorMap;
  /** Inference up to the nodes named. */
  execute(x: GraphModelInput, outputs?: string | string[]): Tensor | Tensor[];
}

/** Throws unless the value is a tf.GraphModel that is loaded and alive. */
export function assertGraphModel(model: unknown): asserts model is GraphModelLike {
  const found = model as Partial<GraphModelLike> | null | undefined;
  const isGraphModel =
    typeof found?.execute === 'function' && typeof found.predict === 'function' && isLoaded(found);
  if (!isGraphModel) {
    throw invalid(`expected a tf.GraphModel, received ${kindOf(model)}`, remedyFor(model));
  }
  const gone = graphWeights(found as GraphModelLike).find(
    ({ list, place }) => list[place].isDisposed,
  );
  if (gone) {
    throw invalid(`the model's weight '${gone.name}' is disposed`, 'Pass a model that is alive');
  }
}

/** The getters of a model that was never loaded throw. */
function isLoaded(model: Partial<GraphModelLike>): boolean {
  try {
    return typeof model.weights === 'object' && Array.isArray(model.inputs);
  } catch {
    return false;
  }
}

function remedyFor(value: unknown): string {
  if (isPromise(value)) return 'Await it first';
  if (Array.isArray((value as { layers?: unknown } | null | undefined)?.layers))
    return 'Layers models have functions of their own, such as layersModelNetwork';
  return 'Pass what tf.loadGraphModel resolves to';
}

/** A weight of a graph model, what params call it, and where the model keeps it. */
export interface GraphWeight {
  readonly name: string;
  readonly list: Tensor[];
  readonly place: number;
}

/** The floating weights of a graph model; shapes, axes and other integers are no parameters. */
export function graphWeights({ weights }: GraphModelLike): GraphWeight[] {
  return Object.entries(weights).flatMap(([node, list]) =>
    list.flatMap((tensor, place) =>
      tensor?.dtype === 'float32'
        ? [{ name: place === 0 ? node : `${node}:${place}`, list, place }]
        : [],
    ),
  );
}
