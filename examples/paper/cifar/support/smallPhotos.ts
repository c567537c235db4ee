import { cifarSample, halved, type LabelledPhotos } from '../../../support/cifar';
import { firstPhotos } from '../../../support/firstPhotos';
import { loadCifar } from '../../../support/loadCifar';
import { plainTraining } from './plainTraining';

/** Photographs at 16 × 16 pixels. */
export interface SmallPhotos {
  /** The training set. */
  readonly train: LabelledPhotos;
  /** The test images, and those of the training set, that networks are measured on. */
  readonly measured: { readonly test: LabelledPhotos; readonly train: LabelledPhotos };
}

/** The photographs of `map` and `strong`; in quick mode those of the repository alone. */
export function smallPhotos(quick: boolean): SmallPhotos {
  const { images } = plainTraining(quick);
  const { train, test } = quick
    ? { train: cifarSample(0, images), test: cifarSample(images) }
    : loadCifar({ train: images, test: 2000 });
  const [small, tested] = [halved(train), halved(test)];
  return { train: small, measured: { test: tested, train: firstPhotos(small, tested.count / 2) } };
}
