import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { interpolate, type Params, permutationSpec, permute, serializeSpec } from 'perm-lmc';
import { inspectCheckpoint, readSafetensors, weightMatchFiles } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { readParams } from '../support/fixtures';
import { expectSameParams } from '../support/invariants';
import { fixture, temporaryFolder, writeParams } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const patterns = {
  'fc1.weight': 'h1 _',
  'fc1.bias': 'h1',
  'fc2.weight': 'h2 h1',
  'fc2.bias': 'h2',
  'fc3.weight': '_ h2',
  'fc3.bias': '_',
};
const spec = permutationSpec(patterns);
const [a, b] = [readParams('mlp64_A'), readParams('mlp64_B')];
const positions = tf.tensor1d([0, 1, 2, 3], 'int32');
const ema = tf.tensor2d([[1.5, 2.5]]);
// Of two networks the first has a buffer that the second lacks, and the second one that the first lacks.
const paths = [
  await writeParams(at('a'), { ...a, positions }),
  await writeParams(at('b'), { ...b, ema }),
];
const toFirst = (await weightMatchFiles(spec, fixture('mlp64_A'), fixture('mlp64_B'))).permutations;
const expected: Params = { ...interpolate(a, permute(spec, b, toFirst), 0.5), positions };

async function expectMerged(path: string, params: Params): Promise<void> {
  const { params: merged } = await readSafetensors(path);
  expect(Object.keys(merged).sort()).toEqual(Object.keys(params).sort());
  await expectSameParams(
    Object.fromEntries(Object.keys(params).map((name) => [name, merged[name]])),
    params,
    0,
  );
  tf.dispose(merged);
}

describe('checkpoints that differ by tensors without units', () => {
  it('are refused where the command is strict, in either order', async () => {
    for (const [i, name] of ['positions', 'ema'].entries()) {
      const other = i === 0 ? fixture('mlp64_B') : fixture('mlp64_A');
      const inputs = i === 0 ? [paths[0], other] : [other, paths[1]];
      for (const each of [inputs, [...inputs].reverse()]) {
        const words = [...each, '--spec', 'mlp:3', '--strict', '-o', at('no')];
        const { code, err } = await run(['merge', ...words]);
        expect(code).toBe(2);
        expect(err).toBe(
          `perm-lmc: '${paths[i]}' holds '${name}', and '${other}' lacks '${name}'. Leave out --strict to merge what all have, with the rest of the first\n`,
        );
      }
    }
  });

  it('are refused where all have one that the spec does not name, with the option that helps', async () => {
    const both = [
      await writeParams(at('both-a'), { ...a, positions }),
      await writeParams(at('both-b'), { ...b, positions }),
    ];
    const { code, err } = await run(['merge', ...both, '--spec', 'mlp:3', '-o', at('no')]);
    expect(code).toBe(2);
    expect(err).toBe(
      `perm-lmc: '${both[0]}' holds 'positions', which the spec mlp:3 does not name. Add --allow-unlisted if nothing in them is permuted, or add their patterns to a spec in JSON\n`,
    );
  });

  it.each(['mlp:3', 'auto'])('are merged by the spec %s', async (text) => {
    const output = at(`merged-${text}`);
    const words = ['merge', ...paths, '--spec', text, '-o', output];
    const { code, out, err } = await run(words);
    expect(code).toBe(0);
    expect(err).toBe(
      [
        `perm-lmc: not in every checkpoint, so not matched, and kept from '${paths[0]}': 'positions'\n`,
        `perm-lmc: not in '${paths[0]}', so left out: 'ema'\n`,
      ].join(''),
    );
    expect(JSON.parse(out)).toMatchObject({ unlisted: [], kept: ['positions'], leftOut: ['ema'] });
    await expectMerged(output, expected);
  });

  it.each([
    ['optional', permutationSpec({ ...patterns, positions: '? _', ema: '? _ _' })],
    ['unlisted', permutationSpec(patterns, { unlisted: 'fixed' })],
  ])('are merged by a spec that calls them %s', async (name, own) => {
    writeFileSync(at(`${name}.json`), serializeSpec(own));
    const words = ['merge', ...paths, '--spec', at(`${name}.json`), '-o', at(name)];
    const { code, err } = await run(words);
    expect(code).toBe(0);
    expect(err).toContain(`kept from '${paths[0]}': 'positions'`);
    await expectMerged(at(name), expected);
  });

  it('are aligned as without these tensors', async () => {
    const words = ['align', ...paths, '--spec', 'mlp:3'];
    const { code, out, err } = await run(words);
    expect(code).toBe(0);
    expect(err).toContain("kept from '");
    const { permutations } = JSON.parse(out);
    expect(permutations.h1).toEqual([...toFirst.h1]);
    expect(permutations.h2).toEqual([...toFirst.h2]);
  });

  it('are permuted with it, and every tensor is still there', async () => {
    writeFileSync(at('p.json'), JSON.stringify({ h1: [...toFirst.h1], h2: [...toFirst.h2] }));
    const words = ['--spec', 'mlp:3', '--permutations', at('p.json'), '-o', at('permuted')];
    const refused = await run(['permute', paths[1], ...words]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--allow-unlisted')]);
    const { code, err } = await run(['permute', paths[1], ...words, '--allow-unlisted']);
    expect([code, err]).toEqual([0, "perm-lmc: not in the spec, so not permuted: 'ema'\n"]);
    await expectMerged(at('permuted'), { ...permute(spec, b, toFirst), ema });
  });

  it('are held against a spec with it', async () => {
    expect((await run(['spec', 'mlp:3', paths[0]])).err).toContain('Add --allow-unlisted');
    expect((await run(['spec', 'mlp:3', paths[0], '--allow-unlisted'])).code).toBe(0);
  });

  it('are refused where a tensor is lacking that the spec requires', async () => {
    const { 'fc3.bias': _, ...rest } = a;
    const less = await writeParams(at('less'), rest);
    writeFileSync(at('all.json'), serializeSpec(spec));
    const words = ['--spec', at('all.json'), '-o', at('no'), '--allow-unlisted'];
    const { code, err } = await run(['merge', paths[0], less, ...words]);
    expect(code).toBe(2);
    expect(err).toContain(`'${less}' lacks parameter 'fc3.bias'`);
  });

  it.each(['joint', '--to-first'])(
    'with a tensor in the first and the third of three are merged: %s',
    async (how) => {
      const third = await writeParams(at('third'), { ...a, positions });
      const output = at(`three ${how}`);
      const words = ['merge', ...paths, third, '--spec', 'mlp:3', '-o', output, '--any-weights'];
      const flags = [...(how === 'joint' ? [] : [how]), '--weights', '1,0,0'];
      const { code, out } = await run([...words, ...flags]);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ kept: ['positions'], leftOut: ['ema'] });
      await expectMerged(output, { ...a, positions });
    },
  );

  it('with a tensor in two of three are merged with the first of them', async () => {
    const third = await writeParams(at('c'), { ...b, positions });
    const words = ['merge', fixture('mlp64_A'), paths[0], third, '--spec', 'mlp:3'];
    const { code, out } = await run([...words, '-o', at('three')]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kept: [], leftOut: ['positions'] });
    const { tensors } = await inspectCheckpoint(at('three'));
    expect(tensors.map(({ name }) => name)).not.toContain('positions');
  });
});

describe('a head that is tied to the embeddings in one file', () => {
  const spec = permutationSpec({ embed: '_ e', up: 'h e', down: 'e h', head: '? _ e' });
  writeFileSync(at('tied.json'), serializeSpec(spec));
  const draw = (seed: number): Params => ({
    embed: tf.randomNormal([7, 4], 0, 1, 'float32', seed),
    up: tf.randomNormal([6, 4], 0, 1, 'float32', seed + 1),
    down: tf.randomNormal([4, 6], 0, 1, 'float32', seed + 2),
  });

  it('is a copy of the merged embeddings', async () => {
    const [one, two] = [draw(1), draw(11)];
    const a = await writeParams(at('with-head'), { ...one, head: tf.clone(one.embed) });
    const b = await writeParams(at('without-head'), two);
    const words = ['merge', a, b, '--spec', at('tied.json'), '-o', at('tied')];
    const { code, out } = await run(words);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kept: [], tied: { head: 'embed' } });
    const { params } = await readSafetensors(at('tied'));
    await expectSameParams({ embed: params.head }, { embed: params.embed });
    await expect(expectSameParams({ embed: params.head }, { embed: one.embed })).rejects.toThrow();
  });
});

describe('embeddings with other numbers of rows', () => {
  const spec = permutationSpec({ embed: '_ e', up: 'h e', down: 'e h' });
  writeFileSync(at('rows.json'), serializeSpec(spec));
  const draw = (rows: number, seed: number): Params => ({
    embed: tf.randomNormal([rows, 4], 0, 1, 'float32', seed),
    up: tf.randomNormal([6, 4], 0, 1, 'float32', seed + 1),
    down: tf.randomNormal([4, 6], 0, 1, 'float32', seed + 2),
  });
  const [few, many] = [draw(5, 1), draw(7, 11)];
  const cut = (params: Params): Params => ({
    ...params,
    embed: tf.slice(params.embed, [0, 0], [5, 4]),
  });
  const mergedOf = async (name: string, inputs: readonly Params[], rows: string[]) => {
    const [x, y] = [
      await writeParams(at(`${name}-x`), inputs[0]),
      await writeParams(at(`${name}-y`), inputs[1]),
    ];
    const words = [x, y, '--spec', at('rows.json'), '-o', at(name), '--force', ...rows];
    const outcome = await run(['merge', ...words]);
    return { ...outcome, paths: [x, y] };
  };

  it('are refused with the options that help', async () => {
    const { code, err, paths } = await mergedOf('rows-no', [few, many], []);
    expect(code).toBe(2);
    expect(err).toContain(`'embed' has 5 rows in '${paths[0]}' and 7 in '${paths[1]}'`);
    expect(err).toContain('--embeddings overlap');
  });

  it.each([
    ['few-many', few, many],
    ['many-few', many, few],
  ])('are merged where they overlap: %s', async (name, one, two) => {
    const { code, out } = await mergedOf(name, [one, two], ['--embeddings', 'overlap']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ resized: ['embed'], kept: [] });
    await mergedOf(`${name}-cut`, [cut(one), cut(two)], []);
    const [whole, part] = [
      (await readSafetensors(at(name))).params,
      (await readSafetensors(at(`${name}-cut`))).params,
    ];
    expect(whole.embed.shape).toEqual(one.embed.shape);
    await expectSameParams(cut(whole), part);
    const rest = (params: Params) => ({ embed: tf.slice(params.embed, [5, 0]) });
    if (one === many) await expectSameParams(rest(whole), rest(many));
  });

  it("are the first network's, and not matched", async () => {
    const { code } = await mergedOf('rows-first', [few, many], ['--embeddings', 'first']);
    expect(code).toBe(0);
    const { params } = await readSafetensors(at('rows-first'));
    await expectSameParams({ embed: params.embed }, { embed: few.embed });
    await expect(expectSameParams({ up: params.up }, { up: few.up })).rejects.toThrow();
  });
});
