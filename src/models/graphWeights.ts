import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModelLike } from './graphModelLike';

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
