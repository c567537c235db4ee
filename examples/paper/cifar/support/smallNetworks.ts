import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluate, Params } from 'perm-lmc';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import type { CifarStudy } from '../../support/cifarStudy';
import { type TrainJob, trainJob } from '../../support/trainJob';
import { trainSideBySide } from '../../support/trainSideBySide';
import { type PlainTraining, plainTraining } from './plainTraining';
import { smallPhotos } from './smallPhotos';
import { type SplitMetric, testAndTrain } from './testAndTrain';

/** Networks trained on photographs of 16 × 16 pixels, and their measurement. */
export interface SmallNetworks {
  /** Functions that load the networks of these seeds; those that are not there are trained first. */
  readonly trained: (
    network: LayerNormNetwork,
    seeds: readonly number[],
  ) => Promise<(() => Promise<Params>)[]>;
  /** Measures networks on test images and on training images. */
  readonly evaluator: (network: LayerNormNetwork) => Evaluate<SplitMetric<'loss' | 'error'>>;
  /** Measures networks on the test images only. */
  readonly testEvaluator: (network: LayerNormNetwork) => Evaluate<'loss' | 'error'>;
}

/**
 * The networks of `map` and `strong`. Both keep them in out/paper/cifar-networks, so that none is trained twice;
 * in quick mode each study has its own. Two are trained side by side, in quick mode one after the other.
 */
export function smallNetworks({ quick, path, say }: CifarStudy): SmallNetworks {
  const { train, measured } = smallPhotos(quick);
  const folder = quick ? path('networks') : path(join('..', 'cifar-networks'));
  return {
    async trained(network, seeds) {
      const jobs = seeds.map((seed) => jobOf(network, seed, plainTraining(quick)));
      const missing = jobs.filter((job) => !existsSync(job.path));
      if (!quick && missing.length > 0) {
        say(`training ${network.name}, seeds ${missing.map(({ seed }) => seed)}`);
        await trainSideBySide(missing, { say });
      }
      return jobs.map((job) => () => trainJob(job, { train, say }));
    },
    evaluator: (network) =>
      testAndTrain(wasmEvaluator(network, measured.test), wasmEvaluator(network, measured.train)),
    testEvaluator: (network) => wasmEvaluator(network, measured.test),
  };

  function jobOf({ name }: LayerNormNetwork, seed: number, { images, ...settings }: PlainTraining) {
    const photos = { source: quick ? 'sample' : 'cifar', images, size: 16 } as const;
    const file = `${name.replace('/', '-')}-16-${seed}.safetensors`;
    const job = { ...settings, network: name, seed, augment: false, photos };
    return { ...job, path: join(folder, file) } satisfies TrainJob;
  }
}
