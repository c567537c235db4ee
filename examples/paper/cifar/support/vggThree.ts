import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkSource } from 'perm-lmc';
import { cifarSample } from '../../../support/cifar';
import { vgg16 } from '../../../support/layerNorm/architectures';
import { specOf } from '../../../support/layerNorm/specOf';
import { loadCifar } from '../../../support/loadCifar';
import { pytorchNetwork } from '../../../support/pytorchNetworks';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import type { CifarStudy } from '../../support/cifarStudy';
import { type TrainJob, trainJob } from '../../support/trainJob';
import { trainSideBySide } from '../../support/trainSideBySide';
import { type MeasuredThree, measuredThree } from './measuredThree';

const SEEDS = [1, 2, 3];

/**
 * Measures three VGG-16 at 1/`divisor` of the width, on test images of 32 × 32 pixels. At 1/8 they are PyTorch's,
 * at other widths they are trained as `npm run paper cifar train -- --epochs 12 --rate 0.05` trains them.
 */
export async function vggThree(study: CifarStudy, divisor: number): Promise<MeasuredThree> {
  const network = vgg16(divisor);
  const test = study.quick ? cifarSample(460) : loadCifar({ train: 0, test: 1000 }).test;
  return measuredThree(study, network.name, {
    spec: specOf(network),
    evaluate: wasmEvaluator(network, test),
    networks:
      divisor === 8
        ? SEEDS.map((seed) => () => pytorchNetwork('vgg8', seed))
        : await trainedThree(study, network.name),
  });
}

async function trainedThree({ path, say }: CifarStudy, network: string): Promise<NetworkSource[]> {
  const jobs = SEEDS.map((seed): TrainJob => {
    const file = `${network.replace('/', '-')}-seed-${seed}.safetensors`;
    const photos = { source: 'cifar', images: 50_000, size: 32 } as const;
    const training = { epochs: 12, learningRate: 0.05, photos };
    return { network, seed, ...training, path: path(join('..', 'cifar-networks', file)) };
  });
  const missing = jobs.filter((job) => !existsSync(job.path));
  if (missing.length > 0) {
    say(`training ${network}, seeds ${missing.map(({ seed }) => seed)}`);
    await trainSideBySide(missing, { say });
  }
  return jobs.map((job) => () => trainJob(job, { say }));
}
