import * as tf from '@tensorflow/tfjs-core';
import {
  type ConnectivityCell,
  type Evaluate,
  type Matcher,
  type Params,
  permute,
  randomPermutations,
  weightMatcher,
} from 'perm-lmc';
import { randomInput, randomParams, testNetworks } from './networks';

/** A small MLP, of 6, 9, 7 and 4 units. */
export const mlp = testNetworks[0];
export const { spec } = mlp;

/**
 * The distance of a network's outputs from those of the nearest of these networks: 0 for each of them, in any
 * order of its units, and more between them.
 */
export function distanceTo(networks: readonly Params[]): Evaluate<'loss' | 'error'> {
  const x = randomInput(mlp, 16, 99);
  const outputs = networks.map((params) => mlp.forward(params, x));
  return async (params) => {
    const least = tf.tidy(() => {
      const own = mlp.forward(params, x);
      return tf.min(tf.stack(outputs.map((each) => tf.mean(tf.square(tf.sub(own, each))))));
    });
    const [loss] = await least.data();
    least.dispose();
    return { loss, error: Math.sqrt(loss) };
  };
}

/** The network of a seed. */
export const network = (seed: number): Params => randomParams(mlp, seed);

/** A network with its units in the order of a seed. */
export const shuffled = (params: Params, seed: number): Params =>
  permute(spec, params, randomPermutations(spec, params, { seed }));

/** Copies of all tensors. */
export const copyOf = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tf.clone(tensor)]));

/** A network as a function that loads it, with counts of the loads. */
export interface CountedLoads {
  readonly load: (params: Params) => () => Promise<Params>;
  /** The number of loads. */
  count(): number;
  /** The most networks in memory at once. */
  most(): number;
}

/** Counts loads, and the networks in memory at once: copies whose first tensor is not disposed. */
export function countedLoads(): CountedLoads {
  const loaded: tf.Tensor[] = [];
  let most = 0;
  return {
    load: (params) => async () => {
      const copy = copyOf(params);
      loaded.push(Object.values(copy)[0]);
      most = Math.max(most, loaded.filter((tensor) => !tensor.isDisposed).length);
      return copy;
    },
    count: () => loaded.length,
    most: () => most,
  };
}

/** The calls that a report made of its matcher and its evaluate, and the cells that it finished. */
export interface Watched {
  /** The options for the report. */
  readonly options: {
    readonly match: Matcher;
    readonly evaluate: Evaluate<'loss' | 'error'>;
    readonly onCell: (key: string, cell: ConnectivityCell) => void;
  };
  readonly cells: Record<string, ConnectivityCell>;
  readonly calls: { match: number; evaluate: number };
}

/** A matcher and an evaluate that count their calls, and a callback that keeps cells. */
export function watched(
  evaluate: Evaluate<'loss' | 'error'>,
  match: Matcher = weightMatcher(spec),
): Watched {
  const calls = { match: 0, evaluate: 0 };
  const cells: Record<string, ConnectivityCell> = {};
  return {
    calls,
    cells,
    options: {
      match: (a, b, options) => {
        calls.match++;
        return match(a, b, options);
      },
      evaluate: (params, point) => {
        calls.evaluate++;
        return evaluate(params, point);
      },
      onCell: (key, cell) => {
        cells[key] = JSON.parse(JSON.stringify(cell)) as ConnectivityCell;
      },
    },
  };
}
