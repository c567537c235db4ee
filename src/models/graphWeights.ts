import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModelLike } from './graphModelLike';

/** A weight of a graph model: `list[place]`. */
export interface GraphWeight {
  /** Its name in params: the node's, with `:place` if place > 0. */
  readonly name: string;
  readonly list: Tensor[];
  readonly place: number;
}

/** The float32 weights of a graph model. Shapes, axes and other integers are not parameters. */
export function graphWeights({ weights }: GraphModelLike): GraphWeight[] {
  return Object.entries(weights).flatMap(([node, list]) =>
    list.flatMap((tensor, place) =>
      tensor?.dtype === 'float32'
        ? [{ name: place === 0 ? node : `${node}:${place}`, list, place }]
        : [],
    ),
  );
}
