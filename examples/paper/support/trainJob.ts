import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { readSafetensors } from 'perm-lmc/node';
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
  /** Files of the parameters to start from and of the mask. */
  start?: string;
  mask?: string;
  /** Default `'wasm'`. */
  engine?: EngineName;
  /** The backend of tfjs, on which the engine `'tfjs'` computes. Default `'wasm'`. */
  backend?: NodeBackend;
}

/** The photographs to train on: the first `images` of CIFAR-10, or of the test images in the repository. */
export interface TrainingPhotos {
  readonly source: 'cifar' | 'sample';
  readonly images: number;
  /** Height and width. At 16 they are the means of 2 × 2 pixels. */
  readonly size: 16 | 32;
}

/** Trains the network of a job and keeps it in its file, with its checkpoints. */
export async function trainJob(
  { network, photos, start, mask, engine = 'wasm', backend = 'wasm', ...rest }: TrainJob,
  say: (what: string) => void,
): Promise<void> {
  await startBackend(backend);
  const params = await trainedNetwork({
    ...rest,
    network: networkOfName(network),
    train: trainingPhotos(photos),
    engine: engineOfName(engine),
    start: start === undefined ? undefined : await paramsIn(start),
    mask: mask === undefined ? undefined : await paramsIn(mask),
    say,
  });
  tf.dispose(params);
}

function trainingPhotos({ source, images, size }: TrainingPhotos): LabelledPhotos {
  const photos =
    source === 'sample' ? cifarSample(0, images) : loadCifar({ train: images, test: 0 }).train;
  return size === 16 ? halved(photos) : photos;
}

async function paramsIn(path: string): Promise<Params> {
  return (await readSafetensors(path)).params;
}
