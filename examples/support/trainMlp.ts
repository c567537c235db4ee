import type { Params } from 'perm-lmc';
import { mlpNetwork } from './mlp';
import { type TrainOptions, trainNetwork } from './train';

export { mlpForward } from './mlp';

/** The MLP to train, its data and the settings. */
export interface TrainMlpOptions
  extends Pick<TrainOptions, 'train' | 'seed' | 'epochs' | 'batchSize' | 'onEpoch'> {
  /** The units of every layer, from the pixels to the classes, such as [784, 512, 512, 10]. */
  widths: readonly number[];
  /** Adam's rate at the first step; it falls along half a cosine to 0 after the last. */
  learningRate?: number;
}

/**
 * Trains a fully connected ReLU classifier with Adam and resolves to its parameters
 * (`dense1/kernel`, `dense1/bias`, …), which the caller disposes: {@link trainNetwork} for an MLP.
 *
 * @example
 * ```ts
 * const { train } = loadMnist();
 * const params = await trainMlp({ widths: [784, 512, 512, 10], train, seed: 1 });
 * ```
 */
export function trainMlp({ widths, ...options }: TrainMlpOptions): Promise<Params> {
  return trainNetwork({ network: mlpNetwork(widths), ...options });
}
