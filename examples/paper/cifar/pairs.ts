/**
 * Weak linear connectivity modulo permutation (Sharma et al. 2024; Ainsworth et al. 2023) of networks with layer
 * normalisation that were trained in PyTorch on CIFAR-10: VGG-16 at 1/8 and 1/4 of its width, and ResNet-20. For
 * each pair and each way to match it: S, and the barriers of the loss, of the error, and of the loss after each
 * point's temperature is calibrated, on test and on training images. Some are also measured after a repair of the
 * statistics of the normalisations.
 *
 *     npm run paper cifar pairs [-- --quick] [--families vgg8,vgg4,r20]
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { cifarImages, cifarSample, type LabelledPhotos } from '../../support/cifar';
import { firstPhotos } from '../../support/firstPhotos';
import { forwardOf } from '../../support/layerNorm/forwardOf';
import { specOf } from '../../support/layerNorm/specOf';
import { loadCifar } from '../../support/loadCifar';
import { pytorchNetwork } from '../../support/pytorchNetworks';
import { wasmEvaluator } from '../../support/training/wasmEvaluator';
import { choicesIn } from '../support/choicesIn';
import { openCifarStudy } from '../support/cifarStudy';
import { measurePair, type PairReport } from './support/measurePair';
import { type PairFamily, pairFamilies } from './support/pairFamilies';
import { pairFigures } from './support/pairFigures';
import { JOINT_MATCHES, PAIR_MATCHES } from './support/pairMatches';
import { pairTables } from './support/pairTables';
import { splitEvaluator } from './support/splitEvaluator';

const study = await openCifarStudy('pairs', { families: 'vgg8,vgg4,r20' });
const { quick, settings } = study;
/** The matches that are also measured after a repair. */
const repaired = ['none', 'weights', 'weights, search, by loss', 'activations'];
/** Training images on which activations are compared and statistics repaired, and those by which searches choose. */
const samples = quick ? 50 : 250;

const chosen = choicesIn('families', settings.families, ['vgg8', 'vgg4', 'r20']);
const families = pairFamilies(quick).filter(({ files }) => chosen.includes(files));
const photos = photosOf(Math.max(...families.map(({ images }) => images)));
const reports: PairReport[] = [];
const figures: Record<string, string> = {};
for (const family of families) {
  const pairs = await measureFamily(family);
  reports.push(...pairs);
  Object.assign(figures, pairFigures(`pairs-${family.files}`, pairs[0]));
}
study.finish({
  report: { study: 'cifar pairs', quick, samples, families, reports },
  tables: pairTables(reports),
  figures,
});

async function measureFamily({ title, files, seeds, ...family }: PairFamily) {
  const { network, points, rounds } = family;
  const networks: Params[] = [];
  for (const seed of seeds) networks.push(await pytorchNetwork(files, seed));
  const evaluate = splitEvaluator(network, {
    test: firstPhotos(photos.test, family.images),
    train: firstPhotos(photos.train, family.images / 2),
  });
  const images = cifarImages(firstPhotos(photos.train, samples).bytes);
  const common = { spec: specOf(network), forward: forwardOf(network), networks, images, rounds };
  const lossOfTraining = wasmEvaluator(network, firstPhotos(photos.train, samples));
  const matches = { ...PAIR_MATCHES, ...(seeds.length > 2 && JOINT_MATCHES) };
  const pairs: PairReport[] = [];
  for (const indices of pairsOf(seeds.length)) {
    const [first, second] = indices.map((index) => seeds[index]);
    const pair = { ...common, indices, evaluate: lossOfTraining };
    pairs.push(
      await measurePair(
        {
          ...{ title: `${title}, ${first}–${second}`, network, pair, matches, repaired },
          ...{ evaluate, points },
        },
        study,
      ),
    );
  }
  tf.dispose([images, networks]);
  return pairs;
}

/** The index pairs a < b of this many networks. */
function pairsOf(count: number): [number, number][] {
  const indices = Array.from({ length: count }, (_, i) => i);
  return indices.flatMap((a) => indices.slice(a + 1).map((b): [number, number] => [a, b]));
}

/** This many test images and half as many training images; in quick mode those of the repository. */
function photosOf(count: number): { test: LabelledPhotos; train: LabelledPhotos } {
  if (!quick) return loadCifar({ test: count, train: count / 2 });
  return { test: cifarSample(0, count), train: cifarSample(count, 1.5 * count) };
}
