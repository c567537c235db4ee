import { geometric, type Schedule } from 'perm-lmc';
import { cifarSample, halved, type LabelledPhotos } from '../../../support/cifar';
import { plainNetwork, vgg16 } from '../../../support/layerNorm/architectures';
import type { LayerNormNetwork } from '../../../support/layerNorm/layerNormNetwork';
import { loadCifar } from '../../../support/loadCifar';
import { choiceIn } from '../../support/choiceIn';
import { countIn } from '../../support/countIn';
import { numbersIn } from '../../support/numbersIn';

/** The settings of the study on its command line, with their defaults in full mode. */
export const DEFAULTS = {
  /** The dense networks: `pytorch` for those of the repository, `scratch` for networks that are trained first. */
  from: 'pytorch',
  /** Height and width of the photographs of networks from scratch: 32, or 16 for halved ones. */
  size: '32',
  /** Training images. */
  images: '50000',
  /** Epochs from the rewind point to the end; from scratch, those of the whole training. Default 1, and 16. */
  epochs: '',
  /** Images that barriers and accuracies are measured on. */
  tested: '2000',
  levels: '20',
  /** The levels whose masks are moved. */
  moved: '6,12',
  /** The part of the work that a child process does, see `inChild`. */
  part: '',
};

/** The network, the data and the training of the study. */
export interface PruningSetting {
  readonly network: LayerNormNetwork;
  readonly train: LabelledPhotos;
  /** Training images by which matches choose among their optima. */
  readonly matched: LabelledPhotos;
  readonly test: LabelledPhotos;
  /** The initial weights and the order of the data of A and B. */
  readonly seeds: readonly [a: number, b: number];
  readonly schedule: Schedule;
  readonly levels: number;
  /** The step that every level starts from, and the end of training. */
  readonly rewindStep: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmUp: number;
  /** The step of PyTorch's trajectories to which they are rewound; null for networks that are trained here. */
  readonly pytorchRewind: number | null;
  /** True for training on random crops and flips. */
  readonly augment: boolean;
  /** The points of a barrier, both ends included. */
  readonly points: number;
  /** The rounds of the search that follows every match. */
  readonly rounds: number;
  /** The levels whose masks are moved, and the orders of the data that A is trained in under them. */
  readonly moved: readonly number[];
  readonly dataSeeds: readonly [first: number, second: number];
}

const SEEDS = { seeds: [1, 2], dataSeeds: [11, 12] } as const;

/** A small setting on the images of the repository: shallow networks, which learn in few steps. */
export function quickSetting(): PruningSetting {
  const train = halved(cifarSample(0, 400));
  return {
    ...SEEDS,
    network: plainNetwork(3, 32),
    train,
    matched: halved(cifarSample(0, 100)),
    test: halved(cifarSample(400, 500)),
    ...{ schedule: geometric(0.4), levels: 3, moved: [3] },
    ...{ rewindStep: 150, steps: 600, batchSize: 20, learningRate: 0.2, warmUp: 20 },
    pytorchRewind: null,
    augment: false,
    ...{ points: 5, rounds: 25 },
  };
}

/**
 * VGG-16 at 1/8 of its width, with the sizes of the command line.
 *
 * PyTorch's networks are rewound to half of their training, step 3120 of 6240. From there a level trains with the
 * second half of half a cosine in fewer steps, with velocity 0. Networks from scratch are rewound to a quarter.
 */
export function fullSetting(settings: Readonly<typeof DEFAULTS>): PruningSetting {
  const pretrained = choiceIn('from', settings.from, ['pytorch', 'scratch']) === 'pytorch';
  const small = choiceIn('size', settings.size, ['16', '32']) === '16';
  if (pretrained && small) throw new Error("PyTorch's networks are of --size 32");
  const images = countIn('images', settings.images, 50_000);
  const tested = countIn('tested', settings.tested, 10_000);
  const levels = countIn('levels', settings.levels);
  const epochs = countIn('epochs', settings.epochs || (pretrained ? '1' : '16'));
  const moved = numbersIn('moved', settings.moved).filter((level) => level <= levels);
  if (moved.length === 0) {
    throw new Error(`--moved must have a level up to ${levels}, received '${settings.moved}'`);
  }
  const { train, test } = loadCifar({ train: images, test: tested });
  const sized = (photos: LabelledPhotos) => (small ? halved(photos) : photos);
  return {
    ...SEEDS,
    network: vgg16(8, small ? 3 : 4),
    train: sized(train),
    matched: sized(loadCifar({ train: 1000, test: 0 }).train),
    test: sized(test),
    ...{ schedule: geometric(0.2), levels, moved },
    ...trainingOf(pretrained, epochs * Math.floor(images / BATCH)),
    augment: true,
    ...{ points: 11, rounds: 200 },
  };
}

const BATCH = 128;

/** The steps of a training that takes this number from the rewind point, or from scratch. */
function trainingOf(pretrained: boolean, given: number) {
  const common = { batchSize: BATCH, learningRate: 0.1 };
  return pretrained
    ? { ...common, pytorchRewind: 3120, rewindStep: given, steps: 2 * given, warmUp: 0 }
    : {
        ...common,
        ...{ pytorchRewind: null, rewindStep: Math.round(given / 4), steps: given },
        warmUp: Math.min(400, Math.round(given / 10)),
      };
}
