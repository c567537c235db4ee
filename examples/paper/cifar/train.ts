/**
 * Trains networks with layer normalisation on CIFAR-10, two at a time in processes of their own, and keeps them
 * with their checkpoints as safetensors files with PyTorch's names. An interrupted run continues at the next call.
 *
 *     npm run paper cifar train -- --network vgg16-1/8 --seeds 1,2 --epochs 16
 *
 *     --network NAME       vgg16-1/8, resnet20-16, plain4-64 …; default vgg16-1/8
 *     --seeds 1,2          of the initial parameters and of the order of the data; default 1,2
 *     --epochs 16          or --steps S
 *     --images 50000       the number of training images
 *     --size 32            16 for images of half the height and width
 *     --checkpoints 0,390  steps whose parameters are kept as well
 *     --rate 0.1           the highest learning rate
 *     --engine wasm        own kernels in WebAssembly, or tfjs
 *     --backend wasm       tfjs's backend for the engine tfjs: wasm, webgpu or cpu
 *     --at-once 2          processes
 *     --out FOLDER         default out/paper/cifar-networks
 *     --quick              a few steps on the images of the repository
 */
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from 'perm-lmc/node';
import { cifarSample, halved } from '../../support/cifar';
import { networkOfName } from '../../support/layerNorm/architectures';
import { loadCifar } from '../../support/loadCifar';
import type { NodeBackend } from '../../support/startBackend';
import type { EngineName } from '../../support/training/engineOfName';
import { wasmEvaluator } from '../../support/training/wasmEvaluator';
import { choiceIn } from '../support/choiceIn';
import { openCifarStudy } from '../support/cifarStudy';
import { countIn } from '../support/countIn';
import { markdownTable, percent } from '../support/markdownTable';
import { numbersIn } from '../support/numbersIn';
import type { TrainJob } from '../support/trainJob';
import { trainSideBySide } from '../support/trainSideBySide';

const isQuick = process.argv.includes('--quick');
const { quick, settings, path, say, finish } = await openCifarStudy('networks', {
  network: isQuick ? 'plain3-8' : 'vgg16-1/8',
  seeds: '1,2',
  epochs: isQuick ? '10' : '16',
  steps: '',
  images: isQuick ? '400' : '50000',
  size: isQuick ? '16' : '32',
  checkpoints: '',
  rate: '0.1',
  engine: 'wasm',
  backend: 'wasm',
  'at-once': '2',
});
const network = networkOfName(settings.network);
const size = choiceIn('size', settings.size, ['16', '32']) === '16' ? 16 : 32;
const name = [network.name.replace('/', '-'), ...(size === 16 ? ['16'] : [])].join('-');
const jobs = numbers('seeds').map(
  (seed): TrainJob => ({
    path: path(`${name}-seed-${seed}.safetensors`),
    network: network.name,
    seed,
    photos: {
      source: quick ? 'sample' : 'cifar',
      images: countIn('images', settings.images, 50_000),
      size,
    },
    ...(quick ? { batchSize: 50 } : {}),
    ...(settings.steps === ''
      ? { epochs: countIn('epochs', settings.epochs) }
      : { steps: countIn('steps', settings.steps) }),
    learningRate: numbers('rate')[0],
    checkpoints: numbers('checkpoints'),
    engine: choiceIn<EngineName>('engine', settings.engine, ['wasm', 'tfjs']),
    backend: choiceIn<NodeBackend>('backend', settings.backend, ['wasm', 'webgpu', 'cpu']),
  }),
);
say(`training ${network.name}, seeds ${settings.seeds}`);
await trainSideBySide(jobs, { say, atOnce: countIn('at-once', settings['at-once']) });

const test = quick ? cifarSample(400) : loadCifar({ train: 0 }).test;
const evaluate = wasmEvaluator(network, size === 16 ? halved(test) : test);
const results: { seed: number; loss: number; error: number }[] = [];
for (const job of jobs) {
  const { params } = await readSafetensors(job.path);
  results.push({ seed: job.seed, ...(await evaluate(params)) });
  tf.dispose(params);
}
finish({
  report: { network: network.name, size, images: jobs[0].photos.images, results },
  tables: markdownTable(
    ['network', 'seed', 'test loss', 'test error'],
    results.map(({ seed, loss, error }) => [name, `${seed}`, loss.toFixed(4), percent(error)]),
  ),
  figures: {},
});

function numbers(setting: keyof typeof settings): number[] {
  return numbersIn(setting, settings[setting]);
}
