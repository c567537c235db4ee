import { cifarSample } from '../../../support/cifar';
import { networkOfName } from '../../../support/layerNorm/architectures';
import { specOf } from '../../../support/layerNorm/specOf';
import { loadCifar } from '../../../support/loadCifar';
import { type PytorchFamily, pytorchNetwork } from '../../../support/pytorchNetworks';
import { wasmEvaluator } from '../../../support/training/wasmEvaluator';
import type { CifarStudy } from '../../support/cifarStudy';
import { type MeasuredPair, measuredPair } from './measuredPair';
import { testAndTrain } from './testAndTrain';

const FAMILIES: Readonly<Record<PytorchFamily, string>> = {
  vgg8: 'vgg16-1/8',
  vgg4: 'vgg16-1/4',
  r20: 'resnet20-16',
};

/** The pairs of networks trained in PyTorch, on photographs of 32 × 32 pixels; in quick mode one pair. */
export async function pytorchPairs(study: CifarStudy): Promise<Record<string, MeasuredPair>> {
  const { quick } = study;
  const { train, test } = quick
    ? { train: cifarSample(0, 30), test: cifarSample(440) }
    : loadCifar({ train: 500, test: 1000 });
  const families = (Object.keys(FAMILIES) as PytorchFamily[]).slice(0, quick ? 1 : undefined);
  const pairs: Record<string, MeasuredPair> = {};
  for (const family of families) {
    const network = networkOfName(FAMILIES[family]);
    pairs[`${network.name}, PyTorch`] = await measuredPair(study, `PyTorch ${network.name}`, {
      spec: specOf(network),
      evaluate: testAndTrain(wasmEvaluator(network, test), wasmEvaluator(network, train)),
      networks: [() => pytorchNetwork(family, 1), () => pytorchNetwork(family, 2)],
    });
  }
  return pairs;
}
