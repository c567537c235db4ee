import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  activationMatch,
  barrier,
  classificationEvaluator,
  type ForwardFn,
  type Params,
  permute,
  regressionEvaluator,
  repair,
  serializePermutations,
  serializeSafetensors,
  weightMatch,
} from 'perm-lmc';
import { onnxNetworks } from 'perm-lmc/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { onnxPath } from '../node/onnxModels';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak } from '../support/invariants';
import { floats } from '../support/onnx/feeds';
import { mlpModel } from '../support/onnx/mlpModel';
import { modelBytes } from '../support/onnx/modelBytes';
import { randomTensor } from '../support/randomTensor';
import { fixture, temporaryFolder, writeParams } from './checkpoints';
import { run } from './session';
import { writeNpz } from './testSets';

await useBackend('wasm');
const at = temporaryFolder();
const [{ spec, forward, data }] = fixtures;
const layers = ['fc1', 'fc2', 'fc3'];
const [a, b] = [readParams('mlp64_A'), readParams('mlp64_B')];
const { x, y } = tf.tidy(() => {
  const all = data();
  return { x: tf.slice(all.x, 0, 300), y: tf.slice(all.y, 0, 300) };
});
const [modelA, modelB, test] = [at('a.onnx'), at('b.onnx'), at('test.npz')];
const words = ['--data', test, '--points', '5', '--json'];

beforeAll(async () => {
  writeFileSync(modelA, await mlpModel(a, layers));
  writeFileSync(modelB, await mlpModel(b, layers));
  await writeNpz(test, { x, y });
});

/** The result of a command that ends well. */
async function resultOf(...command: string[]) {
  const { result, err } = await endOf(...command);
  expect(err).toBe('');
  return result;
}

/** The result of a command that ends well, and its warnings. */
async function endOf(...command: string[]) {
  const { code, out, err } = await run(['barrier', ...command]);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  return { result: JSON.parse(out), err };
}

/** The curves that the library gives in code, with 5 points. */
async function curvesBy(aligned: Params, evaluate = classificationEvaluator(forward, { x, y })) {
  const options = { points: 5 };
  return {
    before: await barrier(a, b, evaluate, options),
    after: await barrier(a, aligned, evaluate, options),
  };
}

/** Compares numbers in nested records and arrays within rounding, but for the places of maxima. */
function expectClose(found: unknown, expected: unknown, digits = 4): void {
  if (typeof expected !== 'object' || expected === null) {
    if (typeof expected === 'number') expect(found).toBeCloseTo(expected, digits);
    else expect(found).toBe(expected);
    return;
  }
  expect(Object.keys(found as object)).toEqual(Object.keys(expected));
  for (const [key, value] of Object.entries(expected)) {
    if (key !== 'argmax') expectClose((found as Record<string, unknown>)[key], value, digits);
  }
}

describe('perm-lmc barrier', () => {
  it('measures the curves that barrier gives in code', async () => {
    const result = await resultOf(modelA, modelB, ...words);
    const match = await weightMatch(spec, a, b, { engine: 'packed' });
    const expected = await curvesBy(permute(spec, b, match.permutations));
    const { repaired, ...curves } = result.curves;
    expect(repaired).toBeNull();
    expectClose(curves, expected);
    expect(result).toMatchObject({
      ...{ command: 'barrier', a: modelA, b: modelB, data: test, spec: modelA, backend: 'wasm' },
      ...{ loss: 'crossEntropy', samples: 300, leftOut: 0, points: 5 },
    });
    expect(result.match.objective).toBeCloseTo(match.objective, 4);
    const { max, argmax, values } = curves.after.loss;
    expect(result.barriers.after.loss).toEqual({
      a: values[0],
      b: values[4],
      barrier: max,
      argmax,
    });
    expect(result.barriers.after.error.barrier).toBeLessThan(result.barriers.before.error.barrier);
    expect(result.barriers.repaired).toBeNull();
  });

  it('takes permutations, a spec, a seed and a batch size', async () => {
    const found = await weightMatch(spec, a, b, { seed: 3, restarts: 2, engine: 'packed' });
    writeFileSync(at('found.json'), serializePermutations(found.permutations));
    const given = ['--permutations', at('found.json'), '--spec', 'mlp:3', '--batch-size', '64'];
    const own = ['--seed', '3', '--restarts', '2', '--spec', 'mlp:3'];
    const [byFile, byMatch] = [
      await resultOf(modelA, modelB, ...words, ...given),
      await resultOf(modelA, modelB, ...words, ...own),
    ];
    expect(byFile.match).toBeNull();
    expect(byMatch.spec).toBe('mlp:3');
    expectClose(byFile.curves, byMatch.curves);
    expectClose(byFile.curves.after, (await curvesBy(permute(spec, b, found.permutations))).after);
  });

  it('matches by activations on the data', async () => {
    const result = await resultOf(modelA, modelB, ...words, '--method', 'activations');
    const { permutations } = await activationMatch(spec, a, b, { forward, inputs: x });
    expectClose(result.curves.after, (await curvesBy(permute(spec, b, permutations))).after);
  });

  it('repairs every mixture but the ends', async () => {
    const result = await resultOf(modelA, modelB, ...words, '--repair');
    const { permutations } = await weightMatch(spec, a, b, { engine: 'packed' });
    const aligned = permute(spec, b, permutations);
    const plain = classificationEvaluator(forward, { x, y });
    const evaluate: typeof plain = async (params, point) => {
      if (point!.weights.includes(1)) return plain(params);
      const { networks, weights } = point!;
      return plain(await repair(params, networks, { forward, inputs: x, weights: [...weights] }));
    };
    expectClose(result.curves.repaired, await barrier(a, aligned, evaluate, { points: 5 }), 3);
    const { after, repaired } = result.barriers;
    expect(repaired.loss.barrier).toBeLessThan(after.loss.barrier);
  });

  it('measures safetensors checkpoints on the graph of an ONNX file', async () => {
    const files = [fixture('mlp64_A'), fixture('mlp64_B')];
    const result = await resultOf(...files, '--forward', modelB, ...words);
    const models = await resultOf(modelA, modelB, ...words);
    expectClose(result.curves, models.curves);
    const mixed = await resultOf(modelA, files[1], ...words);
    expectClose(mixed.curves, models.curves);
  });

  it('renames prefixes of checkpoints, and leaves out tensors that the graph does not have', async () => {
    const named = Object.fromEntries(
      Object.entries(b).map(([name, tensor]) => [`module.${name}`, tensor]),
    );
    const path = await writeParams(at('module.safetensors'), {
      ...named,
      'module.count': tf.scalar(1),
    });
    const result = await resultOf(modelA, path, ...words, '--rename-prefix', 'module.=');
    expectClose(result.curves, (await resultOf(modelA, modelB, ...words)).curves);
  });

  it('takes probabilities of a network that ends with a softmax for what they are', async () => {
    for (const [path, params] of [
      [at('softA.onnx'), a],
      [at('softB.onnx'), b],
    ] as const) {
      writeFileSync(path, await mlpModel(params, layers, { softmax: true }));
    }
    const result = await resultOf(at('softA.onnx'), at('softB.onnx'), ...words);
    expectClose(result.curves, (await resultOf(modelA, modelB, ...words)).curves);
  });

  it('measures networks of several inputs, named in the data or numbered', async () => {
    const graph = (seed: number) => ({
      nodes: [
        ['MatMul', ['left', 'w'], ['l']],
        ['MatMul', ['right', 'v'], ['r']],
        ['Add', ['l', 'r'], ['sum']],
        ['Relu', ['sum'], ['h']],
        ['MatMul', ['h', 'u'], ['y']],
      ] as const,
      inputs: { left: { shape: ['n', 3] }, right: { shape: ['n', 2] } },
      initializers: {
        w: floats([3, 6], seed),
        v: floats([2, 6], seed + 1),
        u: floats([6, 4], seed + 2),
      },
      outputs: ['y'],
    });
    const paths = [1, 4].map((seed) => {
      writeFileSync(at(`two${seed}.onnx`), modelBytes(graph(seed)));
      return at(`two${seed}.onnx`);
    });
    const [left, right] = [randomTensor([20, 3], 7), randomTensor([20, 2], 8)];
    const labels = tf.tensor1d(
      Array.from({ length: 20 }, (_, i) => i % 4),
      'int32',
    );
    const named = await writeNpz(at('named.npz'), { right, left, y: labels });
    const numbered = await writeNpz(at('numbered.npz'), { x0: left, x1: right, y: labels });
    const { params, forward: both } = await onnxNetworks(paths.map((path) => readFileSync(path)));
    const set = { x: { left, right }, y: labels };
    const evaluate = classificationEvaluator(both as ForwardFn<Record<string, tf.Tensor>>, set);
    const expected = await barrier(params[0], params[1], evaluate, { points: 3 });
    for (const path of [named, numbered]) {
      const result = await resultOf(...paths, '--data', path, '--points', '3');
      expectClose(result.curves.before, expected);
    }
  });

  it('runs more samples at once than an exporter fixed, where the graph does not need it', async () => {
    writeFileSync(at('fixed.onnx'), await mlpModel(a, layers, { batch: 40 }));
    const result = await resultOf(at('fixed.onnx'), fixture('mlp64_B'), ...words);
    expect(result).toMatchObject({ samples: 300, leftOut: 0 });
    expectClose(result.curves, (await resultOf(modelA, modelB, ...words)).curves);
  });

  it('cuts data into batches where the graph needs their size', async () => {
    const model = await mlpModel(a, layers, { batch: 40, reshaped: true });
    writeFileSync(at('fixed.onnx'), model);
    const { result, err } = await endOf(at('fixed.onnx'), fixture('mlp64_B'), ...words);
    expect(err).toContain('the graph takes 40 samples at a time, which is slow');
    expect(result).toMatchObject({ samples: 280, leftOut: 20 });
    const [short, labels] = [tf.slice(x, 0, 280), tf.slice(y, 0, 280)];
    const evaluate = classificationEvaluator(forward, { x: short, y: labels });
    expectClose(result.curves.before, await barrier(a, b, evaluate, { points: 5 }));
  });

  it('measures a convolutional network that PyTorch exported, on images of MNIST', async () => {
    const [pathA, pathB] = [onnxPath('lenet_a'), onnxPath('lenet_b')];
    const images = tf.reshape(x, [300, 1, 28, 28]);
    const path = await writeNpz(at('images.npz'), { x: images, y });
    const result = await resultOf(pathA, pathB, '--data', path, '--points', '3');
    const files = [readFileSync(pathA), readFileSync(pathB)];
    const { params, spec: own, forward: runGraph } = await onnxNetworks(files);
    const { permutations } = await weightMatch(own, params[0], params[1], { engine: 'packed' });
    const evaluate = classificationEvaluator(
      runGraph as typeof forward,
      { x: images, y },
      { batchSize: 2 },
    );
    const aligned = permute(own, params[1], permutations);
    const options = { points: 3 };
    expectClose(result.curves.before, await barrier(params[0], params[1], evaluate, options));
    expectClose(result.curves.after, await barrier(params[0], aligned, evaluate, options));
  });

  it('measures the mean squared error of float targets', async () => {
    const targets = forward(a, x);
    const path = await writeNpz(at('targets.npz'), { x, y: targets });
    const result = await resultOf(modelA, modelB, '--data', path, '--points', '3');
    expect(result.loss).toBe('mse');
    const evaluate = regressionEvaluator(forward, { x, y: targets });
    expectClose(result.curves.before, await barrier(a, b, evaluate, { points: 3 }), 3);
    expect(result.barriers.before.loss.a).toBeCloseTo(0, 4);
  });

  it.each<[string, () => tf.Tensor, string[]]>([
    ['one-hot rows of integers', () => tf.oneHot(y as tf.Tensor1D, 10), []],
    [
      'one-hot rows of floats, if the loss is named',
      () => tf.cast(tf.oneHot(y as tf.Tensor1D, 10), 'float32'),
      ['--loss', 'crossEntropy'],
    ],
    ['class numbers as floats', () => tf.cast(y, 'float32'), ['--loss', 'crossEntropy']],
    ['class numbers in a column', () => tf.reshape(y, [-1, 1]), []],
  ])('takes labels as %s', async (_, labels, flags) => {
    const path = at('labels.safetensors');
    writeFileSync(path, await serializeSafetensors({ x0: x, y: labels() }));
    const result = await resultOf(modelA, modelB, '--data', path, '--points', '2', ...flags);
    const expected = await barrier(a, b, classificationEvaluator(forward, { x, y }), { points: 2 });
    expectClose(result.curves.before, expected);
  });

  it('draws the curves, and writes them to a file', async () => {
    const [plot, output] = [at('curves.svg'), at('curves.json')];
    const flags = ['--plot', plot, '-o', output, '--metric', 'error', '--repair'];
    const result = await resultOf(modelA, modelB, ...words, ...flags);
    expect(result).toMatchObject({ plot, output });
    expect(result.curves).toBeUndefined();
    const svg = readFileSync(plot, 'utf8');
    expect(svg).toMatch(/^<svg /);
    for (const label of ['B as it is', 'B aligned to A', 'B aligned, repaired']) {
      expect(svg).toContain(label);
    }
    const curves = JSON.parse(readFileSync(output, 'utf8'));
    expect(Object.keys(curves)).toEqual(['before', 'after', 'repaired']);
    expect(curves.before.alphas).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it('tells people the barriers in a table, with progress', async () => {
    const { code, out, err } = await run(
      ['barrier', modelA, modelB, '--data', test, '--points', '5'],
      { isTTY: true },
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^aligned \S+b\.onnx to \S+a\.onnx by \S+a\.onnx\n {2}2 groups, 128 units/);
    expect(out).toMatch(/\nmeasured 5 points on 300 samples of \S+test\.npz\n/);
    expect(out).toMatch(
      /\n {2}loss +at A +at B +barrier +at α\n {2}B as it is +\S+ +\S+ +\S+ +0\.\d\d\n/,
    );
    expect(out).toMatch(/\n {2}error +at A +at B +barrier +at α\n {2}B as it is +\d+\.\d\d % /);
    expect(err).toContain('before alignment');
  });

  it('leaves no tensor behind, whether it ends well or not', async () => {
    const leaks = (...flags: string[]) =>
      expectNoLeak(() => run(['barrier', modelA, modelB, '--points', '2', ...flags]));
    await leaks('--data', test, '--repair');
    writeFileSync(at('leak.onnx'), await mlpModel(a, layers, { batch: 40, reshaped: true }));
    await leaks('--data', test, '--forward', at('leak.onnx'));
    await leaks('--data', at('nothing.npz'));
    await leaks('--data', await writeNpz(at('unlabelled.npz'), { x }));
    await leaks('--data', test, '--spec', 'mlp:2');
  });

  it('ends at an interruption, with no file', async () => {
    const { code, err } = await run(
      ['barrier', modelA, modelB, '--data', test, '--plot', at('never.svg')],
      { isTTY: true, onError: (text, interrupt) => /alignment \d/.test(text) && interrupt() },
    );
    expect(code).toBe(130);
    expect(err).toContain('interrupted; nothing was written');
    expect(existsSync(at('never.svg'))).toBe(false);
  });

  it.each<[string, () => Promise<string[]> | string[], string]>([
    [
      'no graph',
      () => [fixture('mlp64_A'), fixture('mlp64_B'), ...words],
      'Pass --forward model.onnx',
    ],
    ['a lacking file', () => [modelA, at('none.onnx'), ...words], 'there is no file'],
    [
      'another architecture',
      () => [modelA, fixture('convbn_A'), ...words],
      "the checkpoint lacks 'fc1.bias', 'fc1.weight'",
    ],
    [
      'data without labels',
      async () => [modelA, modelB, '--data', await writeNpz(at('only.npz'), { x })],
      'the data hold no labels y',
    ],
    [
      'data without samples',
      async () => [modelA, modelB, '--data', await writeNpz(at('only.npz'), { images: x, y })],
      "the file holds 'images', but the graph takes 'x'",
    ],
    [
      'images in another layout',
      async () => {
        const images = tf.reshape(x, [300, 28, 28, 1]);
        const path = await writeNpz(at('only.npz'), { x: images, y });
        return [onnxPath('lenet_a'), onnxPath('lenet_b'), '--data', path];
      },
      'the samples have the shape [28,28,1], without the batch, which the graph does not take',
    ],
    [
      'labels of other samples',
      async () => [
        modelA,
        modelB,
        '--data',
        await writeNpz(at('only.npz'), { x, y: tf.slice(y, 0, 10) }),
      ],
      'there are 300 samples and 10 labels',
    ],
    [
      'class numbers as floats',
      async () => [
        ...[modelA, modelB, '--data'],
        await writeNpz(at('only.npz'), { x, y: tf.cast(y, 'float32') }),
      ],
      'class numbers are for --loss crossEntropy.\n',
    ],
    [
      'fractions as classes',
      async () => [
        ...[modelA, modelB, '--loss', 'crossEntropy', '--data'],
        await writeNpz(at('only.npz'), { x, y: tf.fill([300], 0.5) }),
      ],
      'y holds 0.5, which is no class number',
    ],
    [
      'a figure of errors for targets',
      async () => [
        ...[modelA, modelB, '--plot', at('x'), '--metric', 'error', '--data'],
        await writeNpz(at('only.npz'), { x, y: tf.ones([300, 10]) }),
      ],
      'targets have no error',
    ],
    [
      'a flag of matching by weights with activations',
      () => [modelA, modelB, ...words, '--method', 'activations', '--restarts', '2'],
      '--method activations takes no --restarts',
    ],
    [
      'one file for two outputs',
      () => [modelA, modelB, ...words, '--plot', at('x'), '-o', at('x')],
      'name two files',
    ],
    [
      'an output that exists',
      () => [modelA, modelB, ...words, '--plot', modelA],
      'there is already something',
    ],
  ])('refuses %s', async (_, command, message) => {
    const { code, out, err } = await run(['barrier', ...(await command())]);
    expect([code === 2 || code === 3, out]).toEqual([true, '']);
    expect(err).toContain(message);
  });
});
