import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  InvalidInputError,
  type MatchManyOptions,
  matchMany,
  type Params,
  randomPermutations,
} from 'perm-lmc';
import {
  type MatchManyFilesOptions,
  matchManyFiles,
  startThreads,
  writeSafetensors,
} from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { withScratchFile } from '../../src/node/checkpoints/withScratchFile';
import { useBackend } from '../support/backend';
import { fibredNetworks } from '../support/fibredNetworks';
import { fixtures, readParams } from '../support/fixtures';
import { expectNoLeak } from '../support/invariants';
import { randomParams } from '../support/networks';
import { sharded } from './sharded';

await useBackend('wasm');

const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-many-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));
const [{ spec }] = fixtures;
const letters = ['A', 'B', 'C'];
const paths = letters.map((letter) => fixture(`mlp64_${letter}`));
const networks = () => letters.map((letter) => readParams(`mlp64_${letter}`));

async function written(name: string, params: Params): Promise<string> {
  const path = join(folder, name);
  await writeSafetensors(path, params, { overwrite: true });
  return path;
}

/** The files for temporary sums that are there. */
const scratchFiles = () =>
  readdirSync(tmpdir()).filter((name) => /^perm-lmc-[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name)).length;

describe('matchManyFiles gives what matchMany gives on the tensors, down to the bits', () => {
  const variants: readonly MatchManyOptions[] = [
    {},
    { start: 'star', order: 'forward', include: () => true, reference: 1 },
    { start: 'bestReference', kernel: 'cosine', pairs: false },
    { method: 'mergeMany', restarts: 2, seed: 3 },
    { start: 'identity', incremental: false, maxPasses: 1 },
  ];
  it.each(variants)('%o', async (options) => {
    const params = networks();
    const expected = await matchMany(spec, params, { engine: 'packed', ...options });
    expect(await matchManyFiles(spec, paths, options)).toEqual(expected);
    // The sums of networks do not fit into this memory, but the grams do.
    const before = scratchFiles();
    let most = 0;
    const onProgress = () => {
      most = Math.max(most, scratchFiles());
    };
    const tight = { ...options, memory: 2 ** 20, onProgress };
    expect(await matchManyFiles(spec, paths, tight)).toEqual(expected);
    expect(most).toBeGreaterThan(before);
    expect(scratchFiles()).toBe(before);
    const two = await matchMany(spec, params.slice(1), {
      engine: 'packed',
      ...options,
      reference: 1,
    });
    expect(await matchManyFiles(spec, paths.slice(1), { ...options, reference: 1 })).toEqual(two);
    tf.dispose(params);
  });

  it.each(fibredNetworks)('$name, whose units are told by several axes', async (network) => {
    const all = [1, 2, 3].map((seed) => randomParams(network, seed));
    const own = await Promise.all(all.map((params, i) => written(`fibred-${i}`, params)));
    const expected = await matchMany(network.spec, all, { engine: 'packed' });
    expect(await matchManyFiles(network.spec, own)).toEqual(expected);
    tf.dispose(all);
  });

  it('from initial permutations, on threads, and on sharded checkpoints', async () => {
    const params = networks();
    const initial = params.map((_, seed) => randomPermutations(spec, params[0], { seed }));
    const expected = await matchMany(spec, params, { engine: 'packed', initial });
    const indices = await Promise.all(
      letters.map((letter, i) => sharded(folder, letter, params[i])),
    );
    tf.dispose(params);
    expect(await matchManyFiles(spec, indices, { initial })).toEqual(expected);
    const threads = await startThreads({ count: 2 });
    try {
      expect(await matchManyFiles(spec, paths, { initial, threads })).toEqual(expected);
    } finally {
      await threads.close();
    }
  });
});

describe('matchManyFiles', () => {
  it('finds the same where no memory is left to keep anything', async () => {
    const { permutations } = await matchManyFiles(spec, paths, { pairs: false });
    const tight = await matchManyFiles(spec, paths, { pairs: false, memory: 0 });
    expect(tight.permutations).toEqual(permutations);
  });

  it('makes no tensor and leaves no file, on success, error and abort', async () => {
    const tensors = tf.memory().numTensors;
    const before = scratchFiles();
    const memory = 2 ** 10;
    await matchManyFiles(spec, paths, { memory });
    for (const passes of [0, 1]) {
      const controller = new AbortController();
      const aborted = await expectNoLeak(() =>
        matchManyFiles(spec, paths, {
          memory,
          signal: controller.signal,
          onProgress: ({ pass }) => pass === passes && controller.abort(new Error('stop')),
        }),
      );
      expect(aborted).toEqual(new Error('stop'));
    }
    expect(tf.memory().numTensors).toBe(tensors);
    expect(scratchFiles()).toBe(before);
  });

  it('excludes what some checkpoints lack, and renames prefixes', async () => {
    const params = networks();
    const wrap = (all: Params): Params =>
      Object.fromEntries(Object.entries(all).map(([name, tensor]) => [`module.${name}`, tensor]));
    const more = { ...params[1], extra: tf.zeros([3]) };
    const own = [paths[0], await written('more', more), await written('wrapped', wrap(params[2]))];
    const open = { ...spec, unlisted: 'fixed' as const };
    const options: MatchManyFilesOptions = { renamePrefix: { from: 'module.', to: '' } };
    const found = await matchManyFiles(open, own, { ...options, unshared: 'first' });
    expect(found).toEqual(await matchManyFiles(spec, paths));
    await expect(matchManyFiles(open, own, options)).rejects.toThrow(/'extra'/);
    tf.dispose([params, more.extra]);
  });

  const refused: [string, unknown, MatchManyFilesOptions, RegExp][] = [
    ['one path', paths.slice(0, 1), {}, /expected an array of at least 2 paths, received 1/],
    ['a path alone', paths[0], {}, /at least 2 paths, received string/],
    ['a reference beyond', paths, { reference: 3 }, /reference must be an integer in 0 … 2/],
    ['a start that there is not', paths, { start: 'best' as never }, /start/],
    ['negative memory', paths, { memory: -1 }, /memory must be ≥ 0, received -1/],
    ['an engine', paths, { engine: 'backend' } as never, /engine/],
    ['another network, by its path', [...paths, fixture('convbn_A')], {}, /convbn_A\.safetensors'/],
    ['initial permutations that do not fit', paths, { initial: [{}, {}, {}] }, /initial\[0\]/],
  ];
  it.each(refused)('refuses %s', async (_, own, options, message) => {
    const error = await matchManyFiles(spec, own as string[], options).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.fn).toBe('matchManyFiles');
    expect(error.message).toMatch(message);
  });

  it('names the checkpoint with a value that is not finite', async () => {
    const params = readParams('mlp64_B');
    const broken = { ...params, 'fc1.bias': tf.fill(params['fc1.bias'].shape, Number.NaN) };
    const path = await written('broken', broken);
    tf.dispose([params, broken['fc1.bias']]);
    await expect(matchManyFiles(spec, [paths[0], path, paths[2]])).rejects.toThrow(
      /'fc1\.bias' of '.*broken' holds NaN at flat index 0/,
    );
  });
});

describe('sums in a temporary file', () => {
  it('are read as they were written, and leave their place to others', async () => {
    const before = scratchFiles();
    await withScratchFile(async (newSum) => {
      expect(scratchFiles()).toBe(before + 1);
      const [first, second] = [newSum(), newSum()];
      await first.set('w', Float64Array.of(1, 2, 3));
      await second.set('w', Float64Array.of(4, 5, 6));
      await first.set('b', Float64Array.of(7));
      await first.set('w', Float64Array.of(-1, 0.1, 2 ** -1074));
      expect(await first.get('w')).toEqual(Float64Array.of(-1, 0.1, 2 ** -1074));
      expect(await second.get('w')).toEqual(Float64Array.of(4, 5, 6));
      expect(await second.get('b')).toBeUndefined();
      first.dispose();
      const third = newSum();
      await third.set('w', Float64Array.of(8, 9, 10));
      expect(await first.get('w')).toBeUndefined();
      expect(await second.get('w')).toEqual(Float64Array.of(4, 5, 6));
      expect(await third.get('w')).toEqual(Float64Array.of(8, 9, 10));
    });
    expect(scratchFiles()).toBe(before);
  });
});
