import { join } from 'node:path';
import type { Evaluate, Params } from 'perm-lmc';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import type { CifarStudy } from '../../support/cifarStudy';
import { trainedNetwork } from '../../support/trainedNetwork';
import { type PlainTraining, plainTraining } from './plainTraining';
import { smallPhotos } from './smallPhotos';
import { type BothMetric, testAndTrain } from './testAndTrain';

/** Networks trained on photographs of 16 × 16 pixels, and their measurement. */
export interface SmallNetworks {
  /** A network of this seed, trained if it is not there yet. The caller disposes it. */
  readonly trained: (
    network: LayerNormNetwork,
    seed: number,
    changes?: Partial<PlainTraining>,
  ) => Promise<Params>;
  /** Measures networks on test images and on training images. */
  readonly evaluator: (network: LayerNormNetwork) => Evaluate<BothMetric>;
  /** Measures networks on the test images only. */
  readonly testEvaluator: (network: LayerNormNetwork) => Evaluate<'loss' | 'error'>;
}

/**
 * The networks of `map` and `strong`. Both keep them in out/paper/cifar-networks, so that none is trained twice;
 * in quick mode each study has its own.
 */
export function smallNetworks({ quick, path, say }: CifarStudy): SmallNetworks {
  const { train, measured } = smallPhotos(quick);
  const { images: _, ...settings } = plainTraining(quick);
  const folder = quick ? path('networks') : path(join('..', 'cifar-networks'));
  return {
    trained: (network, seed, changes = {}) =>
      trainedNetwork({
        ...{ ...settings, ...changes },
        ...{ network, seed, train, augmented: false, say },
        path: join(folder, `${network.name.replace('/', '-')}-16-${seed}.safetensors`),
      }),
    evaluator: (network) =>
      testAndTrain(wasmEvaluator(network, measured.test), wasmEvaluator(network, measured.train)),
    testEvaluator: (network) => wasmEvaluator(network, measured.test),
  };
}
