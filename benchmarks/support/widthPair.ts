import { mlpSpec, type Params } from 'perm-lmc';
import { cached } from '../../examples/support/cached';
import { mlpForward, mlpNetwork } from '../../examples/support/mlp';
import { loadMnist } from '../../examples/support/mnist';
import { trainNetwork } from '../../examples/support/train';
import { mnistTest } from '../../test/support/fixtures';
import { ofImages, type TrainedPair } from './trainedPairs';

/**
 * Two MLPs of the study by width (`npm run paper width`) with two hidden layers of this width, seeds 1 and 2. They are
 * taken from the study's folder, or trained as it trains them and kept there.
 */
export function widthPair(width: number): TrainedPair {
  return {
    name: `MLP 2×${width}, study`,
    spec: mlpSpec(3),
    forward: mlpForward,
    hasBatchNorm: false,
    load: async () => [await trained(width, 1), await trained(width, 2)],
    train: (count) => ofImages(loadMnist({ train: count, test: 1 }).train),
    data: mnistTest,
  };
}

function trained(width: number, seed: number): Promise<Params> {
  const widths = [784, width, width, 10];
  const options = { seed, epochs: 3, batchSize: 250, learningRate: 3e-3 };
  const settings = { ...options, widths, images: 60_000, data: 'mnist' };
  return cached(`out/paper/width-mnist/mlp-${width}-${seed}.safetensors`, settings, () =>
    trainNetwork({ network: mlpNetwork(widths, 1 / 3), train: loadMnist().train, ...options }),
  );
}
