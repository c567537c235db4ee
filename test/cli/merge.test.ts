import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  average,
  interpolate,
  type Params,
  permute,
  serializePermutations,
  serializeSpec,
} from 'perm-lmc';
import { matchManyFiles, readSafetensors, weightMatchFiles } from 'perm-lmc/node';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectSameParams } from '../support/invariants';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const [a, b, c] = ['A', 'B', 'C'].map((letter) => fixture(`mlp64_${letter}`));
const [{ spec }] = fixtures;
const { permutations: toA } = await weightMatchFiles(spec, a, b);

async function expectNetwork(path: string, expected: Params, tolerance = 0): Promise<void> {
  const { params } = await readSafetensors(path);
  const inOrder = Object.fromEntries(Object.keys(expected).map((name) => [name, params[name]]));
  await expectSameParams(inOrder, expected, tolerance);
  tf.dispose([params, expected]);
}

describe('perm-lmc merge', () => {
  it.each(fixtures)('aligns and averages as the library does, $name', async (network) => {
    const { name } = network;
    const files = [fixture(`${name}_A`), fixture(`${name}_B`)] as const;
    writeFileSync(at('spec.json'), serializeSpec(network.spec));
    const words = ['merge', ...files, '--spec', at('spec.json'), '-o', at(`${name}.merged`)];
    const { code, out } = await run([...words, '--statistics', 'interpolate']);
    expect(code).toBe(0);
    const match = await weightMatchFiles(network.spec, ...files);
    const [x, y] = [readParams(`${name}_A`), readParams(`${name}_B`)];
    const aligned = permute(network.spec, y, match.permutations);
    await expectNetwork(at(`${name}.merged`), interpolate(x, aligned, 0.5, { integers: 'first' }));
    const document = JSON.parse(out);
    expect(document.matches[0].objective).toBe(match.objective);
    expect(document).toMatchObject({
      command: 'merge',
      inputs: files,
      spec: at('spec.json'),
      output: at(`${name}.merged`),
      weights: [0.5, 0.5],
      tensors: Object.keys(x).length,
    });
  });

  it('goes as far to the second as --alpha says', async () => {
    const output = at('quarter');
    await run(['merge', a, b, '--spec', 'mlp:3', '-o', output, '--alpha', '0.25']);
    const aligned = permute(spec, readParams('mlp64_B'), toA);
    await expectNetwork(output, interpolate(readParams('mlp64_A'), aligned, 0.25), 1e-7);
  });

  it('takes permutations as align wrote them, to a file or on standard output', async () => {
    writeFileSync(at('p.json'), serializePermutations(toA));
    const { out } = await run(['align', a, b, '--spec', 'mlp:3']);
    writeFileSync(at('document.json'), out);
    const outputs = ['p.json', 'document.json'].map((name) => [at(name), at(`${name}.merged`)]);
    for (const [file, output] of outputs) {
      const words = ['merge', a, b, '--spec', 'mlp:3', '--permutations', file, '-o', output];
      const result = await run(words);
      expect([result.code, JSON.parse(result.out).matches]).toEqual([0, []]);
    }
    const aligned = permute(spec, readParams('mlp64_B'), toA);
    await expectNetwork(outputs[0][1], interpolate(readParams('mlp64_A'), aligned, 0.5));
    expect(readFileSync(outputs[1][1])).toEqual(readFileSync(outputs[0][1]));
  });

  it('averages three with --weights, aligned to each other', async () => {
    const output = at('joint');
    const words = ['merge', a, b, c, '--spec', 'auto', '--weights', '0.5,0.3,0.2', '-o', output];
    const said = await run([...words, '--restarts', '2', '--kernel', 'cosine'], { isTTY: true });
    const inputs = [a, b, c];
    const match = await matchManyFiles(spec, inputs, { restarts: 2, kernel: 'cosine' });
    const models = ['A', 'B', 'C'].map((letter, i) =>
      permute(spec, readParams(`mlp64_${letter}`), match.permutations[i]),
    );
    await expectNetwork(output, average(models, { weights: [0.5, 0.3, 0.2] }), 1e-6);
    expect(said.out).toContain('aligned 3 checkpoints to each other by mlp:3\n');
    expect(said.out).toMatch(/alignment 0\.\d+ → 0\.\d+, mean of 3 pairs\n/);
    expect(said.out).toMatch(/lowest -?0\.\d+ → 0\.\d+: .*mlp64_\w.* and .*mlp64_\w/);
    expect(said.err).toMatch(/run [12]\/2 {2}pass \d+ {2}.*mlp64_/);
    const { out } = await run([...words, '-f', '--restarts', '2', '--kernel', 'cosine']);
    const { joint, matches } = JSON.parse(out);
    expect(matches).toEqual([]);
    expect(joint).toMatchObject({
      objective: match.objective,
      start: match.history[0],
      passes: match.passes,
      converged: match.converged,
      pairs: match.pairs.map(({ a: i, b: j, objective }) => ({
        ...{ a: inputs[i], b: inputs[j], objective },
      })),
    });
    expect(joint.moved[0]).toBe(0);
    expect(joint.moved[1]).toBeGreaterThan(100);
  });

  it('averages three with --to-first, each aligned to the first', async () => {
    const output = at('three');
    const words = ['merge', a, b, c, '--spec', 'auto', '--weights', '0.5,0.3,0.2', '-o', output];
    const { out } = await run([...words, '--to-first'], { isTTY: true });
    const third = await weightMatchFiles(spec, a, c);
    const models = [
      readParams('mlp64_A'),
      permute(spec, readParams('mlp64_B'), toA),
      permute(spec, readParams('mlp64_C'), third.permutations),
    ];
    await expectNetwork(output, average(models, { weights: [0.5, 0.3, 0.2] }), 1e-6);
    expect(out).toContain(`aligned ${b} to ${a} by mlp:3\n`);
    expect(out).toContain(`wrote ${output}: 0.5 × ${a} + 0.3 × ${b} + 0.2 × ${c}\n`);
  });

  it('looks at all checkpoints before it matches the first two', async () => {
    const other = fixture('convbn_A');
    const words = ['merge', a, b, other, '--spec', 'mlp:3', '-o', at('no')];
    const { code, err } = await run(words, { isTTY: true });
    expect(code).toBe(2);
    expect(err).toMatch(/^perm-lmc: .*convbn_A\.safetensors' lacks parameter 'fc1\.weight'/);
  });

  it('takes any weights with --any-weights, and those that sum to 1 within rounding', async () => {
    const output = at('any');
    const words = (list: string) => ['merge', a, b, '--spec', 'mlp:3', '--weights', list, '-f'];
    const { code } = await run([...words('1.5,-0.5'), '--any-weights', '-o', output]);
    expect(code).toBe(0);
    const { out } = await run([...words('0.333,0.666'), '-o', output, '--json']);
    const [first, second] = JSON.parse(out).weights;
    expect(first).toBeCloseTo(1 / 3, 12);
    expect(second).toBeCloseTo(2 / 3, 12);
  });

  it.each<[string, string[], string]>([
    ['one checkpoint', [a], 'merge takes two checkpoints or more'],
    ['--alpha with three', [a, b, c, '--alpha', '0.5'], '--alpha is for two checkpoints'],
    ['--alpha above 1', [a, b, '--alpha', '1.5'], 'Expected a number from 0 to 1'],
    ['--alpha with --weights', [a, b, '--alpha', '0', '--weights', '1,0'], 'exclude each other'],
    ['--initial with three', [a, b, c, '--initial', 'p.json'], '--initial is for matches of two'],
    ['--search with three', [a, b, c, '--search', '5'], 'leave it out, or add --to-first'],
    ['weights of another sum', [a, b, '--weights', '0.5,0.6'], 'the weights sum to 1.1'],
    ['negative weights', [a, b, '--weights', '1.5,-0.5'], 'ass --any-weights'],
    ['weights that are no numbers', [a, b, '--weights', 'half,half'], 'such as 0.5,0.5'],
    ['a weight too few', [a, b, c, '--weights', '0.5,0.5'], '3 checkpoints and 2 weights'],
    ['permutations too few', [a, b, c, '--permutations', 'p'], 'received 1 of 2 files'],
  ])('refuses %s, and writes nothing', async (_, words, message) => {
    const { code, out, err } = await run(['merge', ...words, '--spec', 'mlp:3', '-o', at('no')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('perm-lmc permute', () => {
  it('writes the checkpoint with the permutations applied', async () => {
    writeFileSync(at('own.json'), serializePermutations(toA));
    const words = ['--spec', 'mlp:3', '--permutations', at('own.json'), '-o', at('permuted')];
    const { code, out } = await run(['permute', b, ...words]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      command: 'permute',
      input: b,
      spec: 'mlp:3',
      output: at('permuted'),
      tensors: 6,
      unlisted: [],
    });
    await expectNetwork(at('permuted'), permute(spec, readParams('mlp64_B'), toA));
  });

  it.each<[string, string, string]>([
    [
      'no permutation',
      '{"h1": [0, 0], "h2": [0]}',
      `the permutations '${at('bad.json')}': the value of group 'h1' is not a permutation`,
    ],
    ['another size', '{"h1": [1, 0], "h2": [0]}', "group 'h1' has 2 units, but the group has 64"],
    ['another group', '{"x": [0]}', "a permutation of 'x', which is not a group of the spec"],
    ['no JSON', 'h1: 0', 'is not JSON'],
  ])('refuses a file of %s', async (_, text, message) => {
    writeFileSync(at('bad.json'), text);
    const words = ['--spec', 'mlp:3', '--permutations', at('bad.json'), '-o', at('no')];
    const { code, err } = await run(['permute', b, ...words]);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('what is already there', () => {
  const words = (output: string, ...more: string[]) => [
    'merge',
    a,
    b,
    '--spec',
    'mlp:3',
    '-o',
    output,
    ...more,
  ];
  const taken = (name: string) => {
    writeFileSync(at(name), 'precious');
    return at(name);
  };

  it('is not replaced where nobody can be asked', async () => {
    const output = taken('taken');
    const { code, err } = await run(words(output));
    expect(code).toBe(3);
    expect(err).toBe(
      `perm-lmc: there is already something at '${output}'. Choose another output, or pass --force to replace it.\n`,
    );
    expect(readFileSync(output, 'utf8')).toBe('precious');
  });

  it.each(['', 'n', 'no', 'yess'])('is not replaced when the answer is "%s"', async (answer) => {
    const output = taken('asked');
    const { code, err } = await run(words(output), { isTTY: true, answer });
    expect(code).toBe(3);
    expect(err).toContain(`'${output}' exists. Replace it? [y/N] `);
    expect(readFileSync(output, 'utf8')).toBe('precious');
  });

  it.each(['y', 'YES '])('is replaced when the answer is "%s"', async (answer) => {
    const output = taken('yes');
    expect((await run(words(output), { isTTY: true, answer })).code).toBe(0);
    expect(readFileSync(output).length).toBeGreaterThan(200_000);
  });

  it('is replaced with --force, an input too, which is read before', async () => {
    const output = at('input');
    writeFileSync(output, readFileSync(a));
    const { code } = await run(['merge', output, b, '--spec', 'mlp:3', '-o', output, '--force']);
    expect(code).toBe(0);
    const aligned = permute(spec, readParams('mlp64_B'), toA);
    await expectNetwork(output, interpolate(readParams('mlp64_A'), aligned, 0.5));
  });

  it('a folder, a device and a missing folder are refused, even with --force', async () => {
    for (const [output, message] of [
      [at('.'), 'is a folder: name a file'],
      [`${at('new')}/`, 'is a folder: name a file'],
      ['/dev/null', 'is a device: name a file'],
      [at('none/merged'), 'there is no folder'],
    ]) {
      const { code, err } = await run(words(output, '--force'));
      expect(code).toBe(2);
      expect(err).toContain(message);
    }
  });

  it('no command leaves a temporary file', () => {
    expect(readdirSync(at('.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
