import { cifarSample } from '../../../support/cifar';
import { vgg16 } from '../../../support/layerNorm/architectures';
import { specOf } from '../../../support/layerNorm/specOf';
import { loadCifar } from '../../../support/loadCifar';
import { pytorchNetwork } from '../../../support/pytorchNetworks';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import type { CifarStudy } from '../../support/cifarStudy';
import { type MeasuredThree, measuredThree } from './measuredThree';

/** The three networks VGG-16 at 1/8 of its width from PyTorch, on test images of 32 × 32 pixels. */
export function pytorchThree(study: CifarStudy): Promise<MeasuredThree> {
  const network = vgg16(8);
  const test = study.quick ? cifarSample(460) : loadCifar({ train: 0, test: 1000 }).test;
  return measuredThree(study, `PyTorch ${network.name}`, {
    spec: specOf(network),
    evaluate: wasmEvaluator(network, test),
    networks: [1, 2, 3].map((seed) => () => pytorchNetwork('vgg8', seed)),
  });
}
