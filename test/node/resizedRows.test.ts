import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { average, type Params, permutationSpec, permute } from 'perm-lmc';
import { mergeFiles, readSafetensors, writeSafetensors } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { expectSameParams } from '../support/invariants';

await useBackend('cpu');
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** Random values of a shape, all of them positive. */
const random = (shape: number[], seed: number) => tf.randomUniform(shape, 0.5, 2, 'float32', seed);

async function written(networks: readonly Params[]): Promise<string[]> {
  const paths = networks.map((_, i) => at(`network${i}`));
  for (const [i, params] of networks.entries()) {
    await writeSafetensors(paths[i], params, { overwrite: true });
  }
  return paths;
}

/** The result of a merge of the rows that all networks have. */
async function overlapOf(
  spec: Parameters<typeof mergeFiles>[0],
  networks: readonly Params[],
  permutations: Parameters<typeof mergeFiles>[2],
) {
  const result = await mergeFiles(spec, await written(networks), permutations, at('out'), {
    embeddings: 'overlap',
    overwrite: true,
  });
  return { ...result, params: (await readSafetensors(at('out'))).params };
}

describe("mergeFiles with embeddings: 'overlap'", () => {
  it('of three networks moves the columns of the rows that all have', async () => {
    const spec = permutationSpec({ embed: '_ d', out: 'd _' });
    const networks = [6, 5, 3].map((rows, seed) => ({
      embed: random([rows, 4], seed),
      out: random([4, 2], seed + 9),
    }));
    const moves = [{ d: Int32Array.of(2, 0, 3, 1) }, { d: Int32Array.of(1, 3, 2, 0) }];
    const { params, resized } = await overlapOf(spec, networks, moves);
    const cut = networks.map(({ embed, out }) => ({ embed: tf.slice(embed, 0, 3), out }));
    const aligned = cut.map((each, i) => (i === 0 ? each : permute(spec, each, moves[i - 1])));
    const mean = average(aligned);
    const rest = tf.slice(networks[0].embed, 3);
    await expectSameParams(
      { embed: params.embed, out: params.out },
      { embed: tf.concat([mean.embed, rest]), out: mean.out },
      1e-6,
    );
    expect(resized).toEqual(['embed']);
  });

  it('averages moving variances of which some networks have fewer, or fewer filters', async () => {
    const spec = permutationSpec({
      ...{ 'a.conv.weight': '_ _', 'a.bn.running_mean': '_', 'a.bn.running_var': '_' },
      ...{ 'b.conv.weight': 'h _', 'b.bn.running_mean': 'h', 'b.bn.running_var': 'h' },
    });
    const network = (rows: number, seed: number) => ({
      ...{ 'a.conv.weight': random([rows, 2], seed), 'a.bn.running_mean': random([rows], seed) },
      ...{ 'a.bn.running_var': random([rows], seed + 3), 'b.conv.weight': random([2, 3], seed) },
      ...{ 'b.bn.running_mean': random([2], seed), 'b.bn.running_var': random([2], seed + 4) },
    });
    const networks = [network(5, 1), network(3, 2)];
    const { params, statistics } = await overlapOf(spec, networks, [{ h: Int32Array.of(0, 1) }]);
    const [own, theirs] = networks.map((each) => [...each['a.bn.running_var'].dataSync()]);
    const expected = own.map((value, c) => (c < 3 ? (value + theirs[c]) / 2 : value));
    const received = [...params['a.bn.running_var'].dataSync()];
    expect(received).toHaveLength(5);
    for (const [c, value] of expected.entries()) expect(received[c]).toBeCloseTo(value, 5);
    expect(statistics).toEqual({
      estimated: ['b.bn.running_var'],
      interpolated: ['a.bn.running_var'],
    });
  });
});
