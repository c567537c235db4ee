import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  average,
  estimateBatchNorm,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
} from 'perm-lmc';
import { mergeFiles, readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectSameParams } from '../support/invariants';
import { randomParams } from '../support/networks';

await useBackend('cpu');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-variances-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const inFolder = (name: string) => join(folder, name);
const fixture = (name: string) =>
  fileURLToPath(new URL(`../fixtures/${name}.safetensors`, import.meta.url));

/** The network of a file, in the order of the other's names. */
async function readBack(path: string, like: Params): Promise<Params> {
  const { params } = await readSafetensors(path);
  return Object.fromEntries(Object.keys(like).map((name) => [name, params[name]]));
}

describe('mergeFiles of networks with batch normalisation', () => {
  it.each([
    { fixture: fixtures[1], letters: ['A', 'B'], weights: [0.25, 0.75], anyWeights: false },
    { fixture: fixtures[2], letters: ['A', 'B', 'A'], weights: [1.5, -1, 0.5], anyWeights: true },
  ])('estimates as estimateBatchNorm does, weights $weights', async (each) => {
    const { name, spec } = each.fixture;
    const { weights, anyWeights } = each;
    const networks = each.letters.map((letter) => readParams(`${name}_${letter}`));
    const permutations = networks
      .slice(1)
      .map((params, seed) => randomPermutations(spec, params, { seed }));
    const parents = networks.map((params, i) =>
      i === 0 ? params : permute(spec, params, permutations[i - 1]),
    );
    const merged = average(parents, { weights, anyWeights, integers: 'first' });
    const expected = await estimateBatchNorm(spec, merged, parents, { weights, anyWeights });
    const paths = each.letters.map((letter) => fixture(`${name}_${letter}`));
    const { statistics } = await mergeFiles(spec, paths, permutations, inFolder('out'), {
      ...{ weights, anyWeights },
    });
    const written = await readBack(inFolder('out'), merged);
    await expectSameParams(written, expected.params, 2e-6);
    expect(statistics.interpolated).toEqual([]);
    expect([...statistics.estimated].sort()).toEqual([...expected.estimated].sort());
    expect(statistics.estimated.length).toBeGreaterThan(2);
  });

  it('averages the variances that it cannot estimate, and all of them if told so', async () => {
    const spec = permutationSpec({
      ...{ 'conv.weight': 'h _', 'bn.running_mean': 'h', 'bn.running_var': 'h' },
      ...{ 'other.running_mean': 'o', 'other.running_var': 'o' },
    });
    const shapes = {
      ...{ 'conv.weight': [3, 2], 'bn.running_mean': [3], 'bn.running_var': [3] },
      ...{ 'other.running_mean': [2], 'other.running_var': [2] },
    };
    const networks = [1, 2].map((seed) => randomParams({ shapes, spec } as never, seed));
    const paths = [inFolder('a'), inFolder('b')];
    for (const [i, params] of networks.entries()) await writeSafetensors(paths[i], params);
    const same = { h: Int32Array.of(0, 1, 2), o: Int32Array.of(0, 1) };
    const some = await mergeFiles(spec, paths, [same], inFolder('some'));
    expect(some.statistics).toEqual({
      estimated: ['bn.running_var'],
      interpolated: ['other.running_var'],
    });
    const none = await mergeFiles(spec, paths, [same], inFolder('none'), {
      statistics: 'interpolate',
    });
    expect(none.statistics).toEqual({
      estimated: [],
      interpolated: ['bn.running_var', 'other.running_var'],
    });
    const mean = average(networks);
    await expectSameParams(await readBack(inFolder('none'), mean), mean, 1e-6);
    const [own] = [await readBack(inFolder('some'), mean)];
    expect(await own['other.running_var'].data()).toEqual(await mean['other.running_var'].data());
  });

  it('keeps the variances of a single checkpoint', async () => {
    const [, { name, spec }] = fixtures;
    const params = readParams(`${name}_A`);
    const { statistics } = await mergeFiles(spec, [fixture(`${name}_A`)], [], inFolder('one'));
    await expectSameParams(await readBack(inFolder('one'), params), params);
    expect(statistics.estimated).toEqual([]);
  });

  it('refuses statistics that it does not know', async () => {
    const options = { statistics: 'guess' } as never;
    const [, { name, spec }] = fixtures;
    const merged = mergeFiles(spec, [fixture(`${name}_A`)], [], inFolder('no'), options);
    await expect(merged).rejects.toThrow(/'estimate'/);
  });
});
