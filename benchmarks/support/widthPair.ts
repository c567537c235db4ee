import { mlpSpec } from 'perm-lmc';
import { mlpForward } from '../../examples/support/mlp';
import { loadMnist } from '../../examples/support/mnist';
import { mnistTest } from '../../test/support/fixtures';
import { ofImages, type TrainedPair } from './trainedPairs';
import { widthNetwork } from './widthNetwork';

/** Two MLPs of the study by width (`npm run paper width`) with two hidden layers of this width, seeds 1 and 2. */
export function widthPair(width: number): TrainedPair {
  return {
    name: `MLP 2×${width}, study`,
    spec: mlpSpec(3),
    forward: mlpForward,
    hasBatchNorm: false,
    load: async () => [await widthNetwork(width, 1), await widthNetwork(width, 2)],
    train: (count) => ofImages(loadMnist({ train: count, test: 1 }).train),
    data: mnistTest,
  };
}
