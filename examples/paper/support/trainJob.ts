import type { Params } from 'perm-lmc';
import { cifarSample, halved, type LabelledPhotos } from '../../support/cifar';
import { networkOfName } from '../../support/layerNorm/architectures';
import { loadCifar } from '../../support/loadCifar';
import { type NodeBackend, startBackend } from '../../support/startBackend';
import { type EngineName, engineOfName } from '../../support/training/engineOfName';
import { type TrainedNetworkOptions, trainedNetwork } from './trainedNetwork';

/** The training of a network as plain data, so that another process can do it. */
export interface TrainJob
  extends Omit<
    TrainedNetworkOptions,
    'network' | 'train' | 'start' | 'mask' | 'onCheckpoint' | 'engine' | 'say' | 'signal'
  > {
  /** A name for {@link networkOfName}. */
  network: string;
  photos: TrainingPhotos;
  /** Default `'wasm'`. */
  engine?: EngineName;
  /** The backend of tfjs, on which the engine `'tfjs'` computes. Default `'wasm'`. */
  backend?: NodeBackend;
}

/** The photographs to train on: the first `images` of CIFAR-10, or of the test images in the repository. */
interface TrainingPhotos {
  readonly source: 'cifar' | 'sample';
  readonly images: number;
  /** Height and width. At 16 they are the means of 2 × 2 pixels. */
  readonly size: 16 | 32;
}

/**
 * The network of a job, from its file or from training, which writes it and its checkpoints. The caller disposes
 * it. `train` are the photographs of the job, if they are there already.
 */
export async function trainJob(
  { network, photos, engine = 'wasm', backend = 'wasm', ...rest }: TrainJob,
  { say, train = trainingPhotos(photos) }: { say?: (what: string) => void; train?: LabelledPhotos },
): Promise<Params> {
  await startBackend(backend);
  return trainedNetwork({
    ...rest,
    network: networkOfName(network),
    train,
    engine: engineOfName(engine),
    say,
  });
}

function trainingPhotos({ source, images, size }: TrainingPhotos): LabelledPhotos {
  const photos =
    source === 'sample' ? cifarSample(0, images) : loadCifar({ train: images, test: 0 }).train;
  return size === 16 ? halved(photos) : photos;
}
