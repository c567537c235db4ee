import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  type Params,
  parseSafetensors,
  permute,
  randomPermutations,
  serializePermutations,
  serializeSafetensors,
} from 'perm-lmc';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { expectSameFunction, expectSameParams } from '../support/invariants';
import { randomTensor } from '../support/randomTensor';
import { fixture, temporaryFolder } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const [{ spec, forward }] = fixtures;
const [base, tuned] = [readParams('mlp64_A'), readParams('mlp64_B')];
const planted = randomPermutations(spec, base, { seed: 7 });
const target = permute(spec, base, planted);
const files = [fixture('mlp64_A'), fixture('mlp64_B'), at('target.safetensors')];

beforeAll(async () => {
  writeFileSync(files[2], await serializeSafetensors(target));
  writeFileSync(at('planted.json'), serializePermutations(planted));
});

/** The network of a file, in the order of the target's names. */
function networkIn(path: string): Params {
  const { params } = parseSafetensors(readFileSync(path));
  return Object.fromEntries(Object.keys(target).map((name) => [name, params[name]]));
}

const words = (output: string, ...flags: string[]) => [
  ...['transport', ...files, '--spec', 'mlp:3', '-o', at(output), ...flags],
];

describe('perm-lmc transport', () => {
  it('moves a fine-tune to a permuted base, which it aligns', async () => {
    const { code, out, err } = await run(words('whole'));
    expect([code, err]).toEqual([0, '']);
    await expectSameParams(networkIn(at('whole')), permute(spec, tuned, planted), 1e-6);
    await expectSameFunction(forward, networkIn(at('whole')), tuned, randomTensor([9, 784], 1));
    const { match, ...document } = JSON.parse(out);
    expect(document).toEqual({
      ...{ command: 'transport', spec: 'mlp:3', output: at('whole'), scale: 1 },
      inputs: { base: files[0], tuned: files[1], target: files[2] },
      ...{ unlisted: [], added: [], kept: [], leftOut: [] },
    });
    expect(match.alignment.after).toBeCloseTo(1, 6);
  });

  it('takes permutations and a scale, and tells what it wrote', async () => {
    const flags = ['--permutations', at('planted.json'), '--scale', '-0.5'];
    const { code, out } = await run(words('back', ...flags), { isTTY: true });
    expect(code).toBe(0);
    expect(out).toBe(`wrote ${at('back')}: ${files[2]} + -0.5 × (${files[1]} − ${files[0]})\n`);
    const moved = permute(spec, tuned, planted);
    const byHand = Object.fromEntries(
      Object.entries(target).map(([name, own]) => [
        name,
        tf.sub(tf.mul(own, 1.5), tf.mul(moved[name], 0.5)),
      ]),
    );
    await expectSameParams(networkIn(at('back')), byHand, 1e-5);
  });

  it('takes a new head, and names tensors that the spec does not', async () => {
    const head: Params = {
      ...{ ...tuned, 'fc3.weight': randomTensor([3, 64], 1), 'fc3.bias': randomTensor([3], 2) },
      temperature: tf.scalar(2),
    };
    writeFileSync(at('head.safetensors'), await serializeSafetensors(head));
    const inputs = [files[0], at('head.safetensors'), files[2]];
    const line = ['transport', ...inputs, '--spec', 'mlp:3', '-o', at('headed')];
    const refused = await run(line);
    expect([refused.code, refused.err.includes('--allow-unlisted')]).toEqual([2, true]);
    const { code, out, err } = await run([...line, '--allow-unlisted']);
    expect(code).toBe(0);
    expect(err).toContain("not in the spec, so not permuted: 'temperature'");
    const document = JSON.parse(out);
    expect(document.added.sort()).toEqual(['fc3.bias', 'fc3.weight', 'temperature']);
    expect(document.unlisted).toEqual(['temperature']);
    const { temperature, ...layers } = head;
    const expected = permute(spec, layers, planted);
    await expectSameParams(networkIn(at('headed')), expected, 1e-6);
    const said = await run([...line, '--allow-unlisted', '--force'], { isTTY: true });
    expect(said.out).toContain(`took 3 tensors from ${inputs[1]}\n`);
  });

  it.each<[string[], string]>([
    [['--scale', 'half'], 'Expected a number'],
    [['--data', 'x.npz'], '--data is for --method activations, straight-through or sinkhorn'],
    [['--permutations', 'nothing.json'], 'nothing.json'],
  ])('%j is refused', async (flags, message) => {
    const { code, err } = await run(words('no', ...flags));
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
