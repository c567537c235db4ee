/** The tasks of the page's worker, here in Node. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { permute, randomPermutations } from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DigitSet, MatrixCell, PlainNetwork } from '../../../examples/browser/protocol';
import { alignByActivations } from '../../../examples/browser/worker/alignByActivations';
import { compareNames, inspect, parseNetwork } from '../../../examples/browser/worker/files';
import { matrix } from '../../../examples/browser/worker/matrix';
import { mergeOnnx } from '../../../examples/browser/worker/onnxFiles';
import { toPlain, withParams } from '../../../examples/browser/worker/plainNetwork';
import { type LoadedImages, loadImages } from '../../../examples/browser/worker/subjects';
import { align, classify, line, train, triangle } from '../../../examples/browser/worker/tasks';
import { cifarSample } from '../../../examples/support/cifar';
import { vgg16 } from '../../../examples/support/layerNorm/architectures';
import { specOf } from '../../../examples/support/layerNorm/specOf';
import { loadMnist } from '../../../examples/support/mnist';
import { pytorchNetwork } from '../../../examples/support/pytorchNetworks';
import { useBackend } from '../../support/backend';
import { expectNoLeak } from '../../support/invariants';

const settings = { width: 8, epochs: 1, batchSize: 50, learningRate: 1e-2 };

const subject = 'digits' as const;
let images: LoadedImages;
let networks: PlainNetwork[];
const context = (signal = new AbortController().signal) => {
  const reports: unknown[] = [];
  return { images, signal, report: (progress: unknown) => reports.push(progress), reports };
};

beforeAll(async () => {
  await useBackend('wasm');
  const mnist = loadMnist({ train: 500, test: 100 });
  const bytes = ({ images, labels, count }: (typeof mnist)['train']): DigitSet => ({
    pixels: Uint8Array.from(images, (pixel) => Math.round(255 * pixel)),
    labels: Uint8Array.from(labels),
    count,
  });
  const photographs = cifarSample(0, 20);
  images = loadImages({
    digits: { train: bytes(mnist.train), test: bytes(mnist.test) },
    photographs: {
      pixels: photographs.bytes,
      labels: Uint8Array.from(photographs.labels),
      count: 20,
    },
  });
  networks = [];
  for (const seed of [1, 2, 3]) networks.push(await train({ ...settings, seed }, context()));
});

describe('the tasks of the worker', () => {
  it('keep no tensor, and tell how they go', async () => {
    const [a, b] = networks;
    const works: [string, number, (given: ReturnType<typeof context>) => Promise<unknown>][] = [
      ['train', 1, (given) => train({ ...settings, seed: 4 }, given)],
      ['align', 2, (given) => align({ a, b }, given)],
      ['line', 3, (given) => line({ subject, a, b, points: 3 }, given)],
      ['triangle', 4, (given) => triangle({ networks, resolution: 1 }, given)],
      ['classify', 0, (given) => classify({ subject, a, b, alpha: 0.5, count: 5 }, given)],
    ];
    for (const [name, reports, work] of works) {
      const given = context();
      const result = await expectNoLeak(() => work(given));
      expect(result, name).not.toBeInstanceOf(Error);
      expect(given.reports.length, name).toBeGreaterThanOrEqual(reports);
    }
  });

  it('compare the names of two networks in a time that grows with their number', async () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `layer${i}.weight`);
    const begin = Date.now();
    const same = await compareNames({ a: names, b: [...names].reverse() }, context());
    expect(same).toEqual({ mapping: null, problem: null });
    expect(Date.now() - begin).toBeLessThan(5000); // Each name against each took a minute.
  });

  it('that read .onnx files keep no tensor either', async () => {
    const source = (name: string) => {
      const bytes = readFileSync(
        new URL(`../../fixtures/onnx/lenet_${name}.onnx`, import.meta.url),
      );
      return { file: new File([bytes], `${name}.onnx`), beside: [] };
    };
    const [a, b] = ['a', 'b'].map(source);
    const given = context();
    const summary = await expectNoLeak(() => inspect(a, given));
    expect(summary).toMatchObject({ names: expect.arrayContaining(['0.weight']) });
    const merged = await expectNoLeak(() => mergeOnnx({ a, b, alpha: 0.5 }, given));
    expect(merged).toMatchObject({ files: [{ name: 'merged.onnx' }], hasStatistics: false });
    expect(given.reports.length).toBeGreaterThan(0);
    const aborted = context(AbortSignal.abort());
    const error = await expectNoLeak<unknown>(() => mergeOnnx({ a, b, alpha: 0.5 }, aborted));
    expect((error as Error).name).toBe('AbortError');
  });

  it('end with an AbortError on abort, and keep no tensor either', async () => {
    const [a, b] = networks;
    const aborted = context(AbortSignal.abort());
    for (const work of [
      () => train({ ...settings, seed: 4 }, aborted),
      () => align({ a, b }, aborted),
      () => line({ subject, a, b, points: 3 }, aborted),
      () => triangle({ networks, resolution: 1 }, aborted),
    ]) {
      const error = await expectNoLeak<unknown>(work);
      expect((error as Error).name).toBe('AbortError');
    }
  });

  it('an aligned network reads every digit as it did before', async () => {
    const [a, b] = networks;
    const { aligned, units, moved, history } = await align({ a, b }, context());
    expect(units).toBe(16);
    expect(moved).toBeGreaterThan(0);
    expect(history.at(-1)).toBeGreaterThan(history[0]);
    expect(aligned['dense1/kernel'].values).not.toEqual(b['dense1/kernel'].values);
    const [own, other] = await Promise.all(
      [b, aligned].map((network) =>
        classify({ subject, a, b: network, alpha: 1, count: 100 }, context()),
      ),
    );
    own.probabilities.forEach((p, i) => {
      expect(other.probabilities[i]).toBeCloseTo(p, 5);
    });
  });

  it('what is classified wrong of all test digits is the error, and rows sum to 1', async () => {
    const [a, b] = networks;
    const { probabilities, error } = await classify(
      { subject, a, b, alpha: 0.3, count: 100 },
      context(),
    );
    const { labels } = loadMnist({ train: 1, test: 100 }).test;
    const wrong = Array.from(labels).filter((label, i) => {
      const row = probabilities.subarray(10 * i, 10 * i + 10);
      expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      return row.indexOf(Math.max(...row)) !== label;
    });
    expect(error).toBeCloseTo(wrong.length / 100, 6);
  });

  it('the last of the points that a triangle tells of is counted as the last', async () => {
    for (const resolution of [1, 2, 3]) {
      const given = context();
      const { weights } = await triangle({ networks, resolution }, given);
      const { done, total } = given.reports.at(-1) as { done: number; total: number };
      expect([done, total]).toEqual([weights.length, weights.length]);
    }
  });
});

describe('the tasks for photographs', () => {
  const steps = [390, 6240];
  const addressOf = (seed: number, step: number) =>
    new URL(`../../../examples/data/cifar/vgg8_s${seed}_${step}.safetensors`, import.meta.url);
  const read = (seed: number, step: number) =>
    parseNetwork(Uint8Array.from(readFileSync(addressOf(seed, step))), context());
  const networksOf = (seed: number) => Promise.all(steps.map((step) => read(seed, step)));

  it('a network is read from the bytes of its file, and its tensors are disposed', async () => {
    const network = (await expectNoLeak(() => read(1, 390))) as PlainNetwork;
    const params = await pytorchNetwork('vgg8', 1, 390);
    expect(Object.keys(network)).toEqual(Object.keys(params));
    for (const [name, tensor] of Object.entries(params)) {
      expect(network[name].shape).toEqual(tensor.shape);
      expect(network[name].values).toEqual(await tensor.data());
    }
    tf.dispose(params);
  });

  it('a cell of the matrix is the barrier of the networks of step t, with the match of step s', async () => {
    const given = context();
    const [a, b] = [await networksOf(1), await networksOf(2)];
    await expectNoLeak(() => matrix({ a, b, steps }, given));
    const cells = given.reports as MatrixCell[];
    expect(cells.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { s, t, loss, error, total } of cells) {
      expect(total).toBe(6);
      const at = steps.indexOf(t);
      const matched = s === null ? null : steps.indexOf(s);
      const used =
        matched === null
          ? b[at]
          : (await alignByActivations({ a: a[matched], b: b[matched], permuted: b[at] }, context()))
              .aligned;
      const expected = await line(
        { subject: 'photographs', a: a[at], b: used, points: 3 },
        context(),
      );
      expect(loss).toBeCloseTo(expected.loss.max, 5);
      expect(error).toBeCloseTo(expected.error.max, 5);
    }
    expect(new Set(cells.map(({ loss }) => loss.toFixed(3))).size).toBeGreaterThan(4);
  });

  it('channels of a network in another order are put back by their activations', async () => {
    const [, a] = await networksOf(1);
    const spec = specOf(vgg16(8));
    const shuffled = await withParams([a], async ([params]) => {
      const permuted = permute(spec, params, randomPermutations(spec, params, { seed: 3 }));
      const network = await toPlain(permuted);
      tf.dispose(permuted);
      return network;
    });
    const given = context();
    const found = await expectNoLeak(() =>
      alignByActivations({ a, b: shuffled, permuted: shuffled }, given),
    );
    if (found instanceof Error) throw found;
    const { aligned, moved, units } = found;
    expect(shuffled['conv1.weight'].values).not.toEqual(a['conv1.weight'].values);
    expect(aligned).toEqual(a);
    expect(moved).toBeGreaterThan(units / 2);
    expect(given.reports).toEqual([{ done: 1, total: 1 }]);
  });

  it('end with an AbortError on abort, and keep no tensor either', async () => {
    const [a, b] = [await networksOf(1), await networksOf(2)];
    const aborted = context(AbortSignal.abort());
    for (const work of [
      () => matrix({ a, b, steps }, aborted),
      () => alignByActivations({ a: a[1], b: b[1], permuted: b[1] }, aborted),
    ]) {
      const error = await expectNoLeak<unknown>(work);
      expect((error as Error).name).toBe('AbortError');
    }
  });

  it('say so if the photographs are not loaded', async () => {
    const unloaded = { ...images, subjects: { ...images.subjects, photographs: null } };
    const [a] = networks;
    const input = { subject: 'photographs' as const, a, b: a, points: 3 };
    expect(() => line(input, { ...context(), images: unloaded })).toThrow(
      'the photographs are not loaded yet',
    );
  });
});
