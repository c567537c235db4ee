import { resnet20, vgg16 } from '../../../support/layerNorm/architectures';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import type { PytorchFamily } from '../../../support/pytorchNetworks';

/** Networks of one architecture that were trained in PyTorch, and what is spent on their pairs. */
export interface PairFamily {
  readonly title: string;
  readonly files: PytorchFamily;
  readonly network: LayerNormNetwork;
  readonly seeds: readonly number[];
  /** Test images to measure on, and half as many training images. */
  readonly images: number;
  /** Points of a barrier. */
  readonly points: number;
  /** Rounds of a search for a pair. */
  readonly rounds: number;
}

/** The three architectures; in quick mode a single pair. */
export function pairFamilies(quick: boolean): PairFamily[] {
  const vgg8 = { title: 'VGG-16 1/8', files: 'vgg8', network: vgg16(8) } as const;
  if (quick) return [{ ...vgg8, seeds: [1, 2], images: 200, points: 3, rounds: 20 }];
  const points = 11;
  return [
    { ...vgg8, seeds: [1, 2, 3], images: 2000, points, rounds: 6000 },
    {
      ...{ title: 'VGG-16 1/4', files: 'vgg4', network: vgg16(4) },
      ...{ seeds: [1, 2], images: 1000, points, rounds: 2000 },
    },
    {
      ...{ title: 'ResNet-20', files: 'r20', network: resnet20(16) },
      ...{ seeds: [1, 2], images: 1000, points, rounds: 6000 },
    },
  ];
}
