import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { readSafetensors } from 'perm-lmc/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkpointPath,
  type TrainedNetworkOptions,
  trainedNetwork,
} from '../../../examples/paper/support/trainedNetwork';
import { cifarSample, halved } from '../../../examples/support/cifar';
import { plainNetwork } from '../../../examples/support/layerNorm/architectures';
import { initialParams } from '../../../examples/support/layerNorm/initialParams';
import { trainClassifier } from '../../../examples/support/training/trainClassifier';
import { createWasmEngine } from '../../../examples/support/training/wasmEngine';
import { useBackend } from '../../support/backend';
import { expectNoLeak, expectSameParams } from '../../support/invariants';

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-trained-'));
beforeAll(() => useBackend('wasm'));
afterAll(() => rmSync(folder, { recursive: true }));

const network = plainNetwork(2, 4);
/** Two convolutions with a scale and a shift each, and the dense layer. */
const TENSORS = 2 * 3 + 2;
const settings = { network, train: halved(cifarSample(0, 60)), seed: 1, batchSize: 20, steps: 6 };
const at = (name: string, changes: Partial<TrainedNetworkOptions> = {}): TrainedNetworkOptions => ({
  ...settings,
  path: join(folder, name, 'net.safetensors'),
  ...changes,
});
/** An engine that must not be asked for. */
const untrained = {
  engine: () => {
    throw new Error('it is trained');
  },
};
async function trained(options: TrainedNetworkOptions): Promise<Params> {
  const params = await expectNoLeak(() => trainedNetwork(options), TENSORS);
  if (params instanceof Error) throw params;
  return params;
}

describe('trainedNetwork', () => {
  it('trains once, as trainClassifier does, and then reads the file', async () => {
    const [first, expected] = [await trained(at('once')), await trainClassifier(settings)];
    await expectSameParams(first, expected);
    const again = await trained(at('once', untrained));
    await expectSameParams(again, expected);
    expect(readdirSync(join(folder, 'once'))).toEqual(['net.safetensors']);
    tf.dispose([first, expected, again]);
  });

  const start = (seed: number) => initialParams(network, seed);
  const mask = (value: number) => ({ 'fc.bias': tf.fill([10], value) });
  it.each([
    ['seed', () => ({ seed: 2 })],
    ['seed of the data', () => ({ dataSeed: 2 })],
    ['rate', () => ({ learningRate: 0.2 })],
    ['number of steps', () => ({ steps: 7 })],
    ['set of images', () => ({ train: halved(cifarSample(1, 61)) })],
    ['start', () => ({ start: start(2) })],
    ['mask', () => ({ start: start(1), mask: mask(0) })],
  ] as const)('trains again for another %s', async (_, changes) => {
    tf.dispose(await trained(at('again', { start: start(1), mask: mask(1) })));
    const other = changes();
    await expect(
      trainedNetwork(at('again', { mask: mask(1), ...other, ...untrained })),
    ).rejects.toThrow('it is trained');
  });

  it('hands out the checkpoints in order, also when nothing is trained', async () => {
    const seen: [number, Params][] = [];
    const checkpoints = {
      checkpoints: [6, 0, 2],
      onCheckpoint: (step: number, params: Params) => void seen.push([step, params]),
    };
    const end = await trainedNetwork(at('steps', checkpoints));
    tf.dispose(await trainedNetwork(at('steps', { ...checkpoints, ...untrained })));
    expect(seen.map(([step]) => step)).toEqual([0, 2, 6, 0, 2, 6]);
    await expectSameParams(seen[2][1], end);
    for (let i = 0; i < 3; i++) await expectSameParams(seen[i][1], seen[3 + i][1]);
    const { params } = await readSafetensors(checkpointPath(at('steps').path, 2));
    await expectSameParams(params, seen[1][1]);
    tf.dispose([end, params, seen.map(([, each]) => each)]);
  });

  it('trains again when a checkpoint is missing', async () => {
    const options = at('missing', { checkpoints: [2] });
    tf.dispose(await trainedNetwork(options));
    rmSync(checkpointPath(options.path, 2));
    await expect(trainedNetwork({ ...options, ...untrained })).rejects.toThrow('it is trained');
  });

  it('continues an interrupted training to the same parameters, and then leaves no state', async () => {
    // The state is written every 100 steps.
    const long = { steps: 120, checkpoints: [110] };
    const abort = new AbortController();
    let steps = 0;
    const engine: TrainedNetworkOptions['engine'] = async (options) => {
      const own = await createWasmEngine(options);
      const step: typeof own.step = (batch, rate) => {
        if (++steps === 115) abort.abort(new Error('interrupted'));
        return own.step(batch, rate);
      };
      return { ...own, step };
    };
    const { signal } = abort;
    const path = join(folder, 'interrupted', 'net.safetensors');
    await expect(trainedNetwork(at('interrupted', { ...long, signal, engine }))).rejects.toThrow(
      'interrupted',
    );
    expect(existsSync(path)).toBe(false);
    const resumed = await trained(at('interrupted', { ...long, engine }));
    expect(steps).toBe(115 + 20);
    const whole = await trained(at('whole', long));
    await expectSameParams(resumed, whole);
    expect(readdirSync(join(folder, 'interrupted')).sort()).toEqual(
      readdirSync(join(folder, 'whole')).sort(),
    );
    tf.dispose([resumed, whole]);
  });
});
