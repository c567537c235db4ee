import type { Params } from 'perm-lmc';
import { cached } from '../../examples/support/cached';
import { mlpNetwork } from '../../examples/support/mlp';
import { loadMnist } from '../../examples/support/mnist';
import { trainNetwork } from '../../examples/support/train';

/**
 * An MLP of the study by width (`npm run paper width`) with two hidden layers of this width. It is taken from the
 * study's folder, or trained as the study trains it and kept there.
 */
export function widthNetwork(width: number, seed: number): Promise<Params> {
  const widths = [784, width, width, 10];
  const options = { seed, epochs: 3, batchSize: 250, learningRate: 3e-3 };
  const settings = { ...options, widths, images: 60_000, data: 'mnist' };
  return cached(`out/paper/width-mnist/mlp-${width}-${seed}.safetensors`, settings, () =>
    trainNetwork({ network: mlpNetwork(widths, 1 / 3), train: loadMnist().train, ...options }),
  );
}
