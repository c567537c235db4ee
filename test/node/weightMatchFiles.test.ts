import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  mlpSpec,
  type Params,
  randomPermutations,
  type WeightMatchOptions,
  weightMatch,
} from 'perm-lmc';
import { startThreads, weightMatchFiles, writeSafetensors } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fibredNetworks } from '../support/fibredNetworks';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak } from '../support/invariants';
import { randomParams } from '../support/networks';
import { sharded } from './sharded';

await useBackend('wasm');

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-match-'));
afterAll(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));

async function written(name: string, params: Params): Promise<string> {
  await writeSafetensors(inFolder(name), params, { overwrite: true });
  return inFolder(name);
}

describe('weightMatchFiles gives what weightMatch gives on the tensors, down to the bits', () => {
  const variants: readonly Omit<WeightMatchOptions, 'onProgress'>[] = [
    {},
    { order: 'forward', include: () => true },
    { kernel: 'cosine', seed: 3 },
    { restarts: 3, incremental: false },
    { maxSweeps: 1, order: 'backward' },
  ];
  const cases = fixtures.flatMap((network) => variants.map((options) => ({ network, options })));

  it.each(cases)('$network.name, $options', async ({ network, options }) => {
    const [a, b] = [readParams(`${network.name}_A`), readParams(`${network.name}_B`)];
    const expected = await weightMatch(network.spec, a, b, { engine: 'packed', ...options });
    tf.dispose([a, b]);
    const paths = [fixture(`${network.name}_A`), fixture(`${network.name}_B`)] as const;
    expect(await weightMatchFiles(network.spec, ...paths, options)).toEqual(expected);
  });

  it.each(fibredNetworks)('$name, whose units are told by several axes', async (network) => {
    const [a, b] = [randomParams(network, 1), randomParams(network, 2)];
    const paths = [await written('a', a), await written('b', b)] as const;
    for (const kernel of ['linear', 'cosine'] as const) {
      const expected = await weightMatch(network.spec, a, b, { engine: 'packed', kernel });
      expect(await weightMatchFiles(network.spec, ...paths, { kernel })).toEqual(expected);
    }
    tf.dispose([a, b]);
  });

  it('from initial permutations, and on threads', async () => {
    const [{ spec }] = fixtures;
    const [a, b] = [readParams('mlp64_A'), readParams('mlp64_B')];
    const paths = [fixture('mlp64_A'), fixture('mlp64_B')] as const;
    const options = { initial: randomPermutations(spec, a, { seed: 5 }), restarts: 2 };
    const expected = await weightMatch(spec, a, b, { engine: 'packed', ...options });
    tf.dispose([a, b]);
    expect(await weightMatchFiles(spec, ...paths, options)).toEqual(expected);
    const threads = await startThreads({ count: 2 });
    try {
      expect(await weightMatchFiles(spec, ...paths, { ...options, threads })).toEqual(expected);
    } finally {
      await threads.close();
    }
  });

  it('on sharded checkpoints', async () => {
    const [{ spec }] = fixtures;
    const [a, b] = [readParams('mlp64_A'), readParams('mlp64_B')];
    const indices = [await sharded(folder, 'a', a), await sharded(folder, 'b', b)] as const;
    tf.dispose([a, b]);
    const whole = await weightMatchFiles(spec, fixture('mlp64_A'), fixture('mlp64_B'));
    expect(await weightMatchFiles(spec, ...indices)).toEqual(whole);
  });
});

describe('weightMatchFiles', () => {
  const [mlp] = fixtures;
  const paths = [fixture('mlp64_A'), fixture('mlp64_B')] as const;

  it.each(fixtures)(
    'finds the same on $name where no memory is left to keep anything',
    async ({ name, spec }) => {
      const own = [fixture(`${name}_A`), fixture(`${name}_B`)] as const;
      const { permutations } = await weightMatchFiles(spec, ...own, { order: 'forward' });
      const tight = await weightMatchFiles(spec, ...own, { order: 'forward', memory: 0 });
      expect(tight.permutations).toEqual(permutations);
    },
  );

  it('leaves out constants that no group moves and that are not finite, with and without memory', async () => {
    const spec = mlpSpec(2, { layout: 'pytorch' });
    const network = (seed: number, bias: number[]): Params => ({
      'fc1.weight': tf.randomNormal([6, 5], 0, 1, 'float32', seed),
      'fc1.bias': tf.randomNormal([6], 0, 1, 'float32', seed + 1),
      'fc2.weight': tf.randomNormal([2, 6], 0, 1, 'float32', seed + 2),
      'fc2.bias': tf.tensor1d(bias),
    });
    const finite = await weightMatch(spec, network(1, [0, 2]), network(5, [0, 3]));
    const own = [
      await written('infinite-a', network(1, [Number.NEGATIVE_INFINITY, 2])),
      await written('infinite-b', network(5, [Number.NEGATIVE_INFINITY, 3])),
    ] as const;
    for (const memory of [1e9, 0]) {
      expect(await weightMatchFiles(spec, ...own, { memory })).toEqual(finite);
    }
  });

  it('reads names with a prefix as those of the spec', async () => {
    const params = readParams('mlp64_B');
    const wrapped = Object.fromEntries(Object.entries(params).map(([k, t]) => [`module.${k}`, t]));
    const path = await written('wrapped', wrapped);
    tf.dispose(params);
    const renamePrefix = { from: 'module.', to: '' };
    const renamed = await weightMatchFiles(mlp.spec, paths[0], path, { renamePrefix });
    expect(renamed).toEqual(await weightMatchFiles(mlp.spec, ...paths));
    await expect(weightMatchFiles(mlp.spec, paths[0], path)).rejects.toThrow(
      "They differ by a prefix alone: pass renamePrefix: { from: 'module.', to: '' }",
    );
  });

  it('makes no tensor, on success, error and abort', async () => {
    const before = tf.memory().numTensors;
    await weightMatchFiles(mlp.spec, ...paths);
    expect(await expectNoLeak(() => weightMatchFiles(mlpSpec(2), ...paths))).toBeInstanceOf(
      InvalidInputError,
    );
    const controller = new AbortController();
    const aborted = await expectNoLeak(() =>
      weightMatchFiles(mlp.spec, ...paths, {
        signal: controller.signal,
        onProgress: () => controller.abort(new Error('stop')),
      }),
    );
    expect(aborted).toEqual(new Error('stop'));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('tells onProgress of every step, with the run that it belongs to', async () => {
    const steps: number[] = [];
    const { history } = await weightMatchFiles(mlp.spec, ...paths, {
      restarts: 2,
      onProgress: ({ restart }) => steps.push(restart),
    });
    expect(new Set(steps)).toEqual(new Set([0, 1]));
    expect(steps.length).toBeGreaterThanOrEqual(history.length - 1);
  });

  it.each<[string, (params: Params) => Params, string]>([
    [
      'NaN',
      (params) => ({ ...params, 'fc2.bias': tf.tensor1d([1, Number.NaN, ...Array(62).fill(0)]) }),
      "parameter 'fc2.bias' of b holds NaN at flat index 1 of shape [64]",
    ],
    [
      'another width',
      (params) => ({ ...params, 'fc2.bias': tf.zeros([63]) }),
      "parameter 'fc2.bias' differs on axis 0: shape [64] in",
    ],
    [
      'integers where the other has floats',
      (params) => ({ ...params, 'fc2.bias': tf.zeros([64], 'int32') }),
      "parameter 'fc2.bias' is F32 in",
    ],
    [
      'another name',
      ({ 'fc2.bias': bias, ...params }) => ({ ...params, 'fc2.bios': bias }),
      "lacks parameter 'fc2.bias'",
    ],
  ])('refuses a checkpoint with %s', async (_, change, message) => {
    const params = change(readParams('mlp64_B'));
    const path = await written('changed', params);
    tf.dispose(params);
    const error = await weightMatchFiles(mlp.spec, paths[0], path).catch((e) => e);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toContain(message);
  });

  it('refuses a memory that is no number of bytes, and a file that is not there', async () => {
    await expect(weightMatchFiles(mlp.spec, ...paths, { memory: Number.NaN })).rejects.toThrow(
      'memory must be ≥ 0, received NaN',
    );
    expect(existsSync(inFolder('none'))).toBe(false);
    await expect(weightMatchFiles(mlp.spec, paths[0], inFolder('none'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('names the file that is no checkpoint', async () => {
    writeFileSync(inFolder('text'), 'no safetensors at all');
    await expect(weightMatchFiles(mlp.spec, paths[0], inFolder('text'))).rejects.toThrow(
      `weightMatchFiles: '${inFolder('text')}': this is text that begins with "no safetensors at all", not safetensors`,
    );
  });
});
