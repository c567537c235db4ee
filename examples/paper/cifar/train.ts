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
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from 'perm-lmc/node';
import { cifarSample, halved } from '../../support/cifar';
import { networkOfName } from '../../support/layerNorm/architectures';
import { loadCifar } from '../../support/loadCifar';
import { type NodeBackend, startBackend } from '../../support/startBackend';
import type { EngineName } from '../../support/training/engineOfName';
import { evaluatorOf } from '../../support/training/evaluatorOf';
import { markdownTable, percent } from '../support/markdownTable';
import { writeOutcome } from '../support/outcome';
import type { TrainJob } from '../support/trainJob';
import { trainSideBySide } from '../support/trainSideBySide';

const text = (value: string) => ({ type: 'string', default: value }) as const;
const { values } = parseArgs({
  options: {
    network: text('vgg16-1/8'),
    seeds: text('1,2'),
    epochs: text('16'),
    steps: { type: 'string' },
    images: text('50000'),
    size: text('32'),
    checkpoints: text(''),
    rate: text('0.1'),
    engine: text('wasm'),
    backend: text('wasm'),
    'at-once': text('2'),
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const { quick } = values;
const network = networkOfName(values.network);
const seeds = numbers('seeds', values.seeds);
const size = oneOf('size', values.size, ['16', '32']) === '16' ? 16 : 32;
const engine = oneOf<EngineName>('engine', values.engine, ['wasm', 'tfjs']);
const backend = oneOf<NodeBackend>('backend', values.backend, ['wasm', 'webgpu', 'cpu']);
const folder =
  values.out ?? join('out', 'paper', quick ? 'cifar-networks-quick' : 'cifar-networks');
mkdirSync(folder, { recursive: true });
const begin = performance.now();
const say = (what: string) => {
  console.log(`${((performance.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${what}`);
};

const name = [network.name.replace('/', '-'), ...(size === 16 ? ['16'] : [])].join('-');
const jobs = seeds.map(
  (seed): TrainJob => ({
    path: join(folder, `${name}-seed-${seed}.safetensors`),
    network: network.name,
    seed,
    photos: { source: quick ? 'sample' : 'cifar', images: quick ? 400 : number('images'), size },
    ...(quick ? { batchSize: 50 } : {}),
    ...(values.steps === undefined ? { epochs: number('epochs') } : { steps: number('steps') }),
    learningRate: number('rate'),
    checkpoints: values.checkpoints === '' ? [] : numbers('checkpoints', values.checkpoints),
    engine,
    backend,
  }),
);
say(`training ${network.name}, seeds ${seeds.join(', ')}; the networks go to ${folder}`);
await trainSideBySide(jobs, { say, atOnce: number('at-once') });

await startBackend('wasm');
const test = quick ? cifarSample(400) : loadCifar({ train: 0 }).test;
const evaluate = evaluatorOf(network, size === 16 ? halved(test) : test);
const results: { seed: number; loss: number; error: number }[] = [];
for (const { seed, path } of jobs) {
  const { params } = await readSafetensors(path);
  results.push({ seed, ...(await evaluate(params)) });
  tf.dispose(params);
}
writeOutcome(
  folder,
  {
    report: { network: network.name, size, images: jobs[0].photos.images, results },
    tables: markdownTable(
      ['network', 'seed', 'test loss', 'test error'],
      results.map(({ seed, loss, error }) => [name, `${seed}`, loss.toFixed(4), percent(error)]),
    ),
    figures: {},
  },
  say,
);

function number(option: 'images' | 'epochs' | 'steps' | 'rate' | 'at-once'): number {
  return numbers(option, values[option]!)[0];
}

function numbers(option: string, value: string): number[] {
  const list = value.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  if (list.every(Number.isFinite)) return list;
  throw new Error(`--${option} must be numbers, received '${value}'`);
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  throw new Error(`--${option} must be one of ${choices.join(', ')}, received '${value}'`);
}
