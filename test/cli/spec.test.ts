import { readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {
  formatSpec,
  mlpSpec,
  type Params,
  type PermutationSpec,
  parseSpec,
  resnetSpec,
  serializeSpec,
  vggSpec,
} from 'perm-lmc';
import { describe, expect, it } from 'vitest';
import { parsePreset } from '../../src/cli/parsePreset';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { fixture, temporaryFolder, writeParams } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const layout = 'pytorch' as const;

/** Presets, what the library calls them, and whether auto finds them by this name. */
const presets: [string, PermutationSpec, string][] = [
  ['mlp:3', mlpSpec(3, { layout }), 'mlp:3'],
  ['mlp:0,2,4', mlpSpec(['0', '2', '4'], { layout }), 'mlp:0,2,4'],
  ['vgg11', vggSpec(11, { layout }), 'vgg11'],
  ['vgg16_bn', vggSpec(16, { layout, batchNorm: true }), 'vgg16_bn'],
  [
    'vgg13:bn:classifier=classifier',
    vggSpec(13, { layout, batchNorm: true, classifier: ['classifier'] }),
    'vgg13_bn:classifier=classifier',
  ],
  ['resnet18', resnetSpec([2, 2, 2, 2], { layout }), 'resnet:2,2,2,2'],
  ['resnet34', resnetSpec([3, 4, 6, 3], { layout }), 'resnet:3,4,6,3'],
  [
    'resnet50',
    resnetSpec([3, 4, 6, 3], { layout, block: 'bottleneck' }),
    'resnet:3,4,6,3:bottleneck',
  ],
  ['resnet:1,2', resnetSpec([1, 2], { layout }), 'resnet:1,2'],
  [
    'resnet:1,1:projections=yes,no',
    resnetSpec([1, 1], { layout, projections: [true, false] }),
    'resnet:1,1:projections=yes,no',
  ],
];

/** A network of small width that fits a spec of plain groups and flattened convolutions. */
function networkOf(spec: PermutationSpec): Params {
  const names = Object.entries(spec.params).filter(
    // PyTorch's convolutions before a batch normalisation have no bias.
    ([name]) => !/conv\d?\.bias$|downsample\.0\.bias$/.test(name),
  );
  return Object.fromEntries(
    names.map(([name, { axes }]) => {
      const shape = axes.map((axis) =>
        axis.kind === 'group' ? 2 : axis.kind === 'product' ? 8 : 1,
      );
      return [name, tf.zeros(shape)];
    }),
  );
}

describe('perm-lmc spec', () => {
  it.each(presets)('%s is the library’s', async (preset, spec) => {
    const { code, out } = await run(['spec', preset]);
    expect(code).toBe(0);
    expect(parseSpec(out)).toEqual(spec);
  });

  it('writes names and axes of TensorFlow.js with :tfjs', () => {
    expect(parsePreset('mlp:2:tfjs')).toEqual(mlpSpec(2));
    expect(parsePreset('vgg11:tfjs')).toEqual(vggSpec(11));
    expect(parsePreset('resnet:3,3,3:tfjs')).toEqual(resnetSpec([3, 3, 3]));
    expect(parsePreset('vgg:1,1,2:bn')).toEqual(vggSpec([1, 1, 2], { layout, batchNorm: true }));
  });

  it.each(presets)('auto finds that a checkpoint is %s', async (_, spec, name) => {
    const params = networkOf(spec);
    const path = await writeParams(at('auto.safetensors'), params);
    tf.dispose(params);
    const { code, out, err } = await run(['spec', 'auto', path, '-o', at('spec.json'), '--force']);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ spec: name, checkpoint: path });
    expect(parseSpec(readFileSync(at('spec.json'), 'utf8'))).toEqual(spec);
  });

  it('auto refuses what fits no architecture, and says so', async () => {
    const { code, err } = await run(['spec', 'auto', fixture('convbn_A')]);
    expect(code).toBe(2);
    expect(err).toContain(`no architecture fits '${fixture('convbn_A')}', whose names are`);
  });

  it.each([
    ['lora_A.weight', 'the network is an adapter', 'Merge the adapter into its base network first'],
    ['qweight', 'the network is quantised', 'Take the network before quantisation'],
  ])('auto says what to do with weights such as q_proj.%s', async (name, problem, remedy) => {
    const params = { [`model.layers.0.self_attn.q_proj.${name}`]: tf.zeros([4, 16]) };
    const path = await writeParams(at('unsupported'), params);
    tf.dispose(params);
    const { code, err } = await run(['spec', 'auto', path]);
    expect(code).toBe(2);
    expect(err).toContain(`'${path}': ${problem}: it has '`);
    expect(err).toContain(remedy);
  });

  it('auto takes away a prefix without which a family fits', async () => {
    const params = networkOf(resnetSpec([1, 1], { layout }));
    const wrapped = Object.entries(params).map(([name, tensor]) => [`module.${name}`, tensor]);
    const path = await writeParams(at('wrapped'), Object.fromEntries(wrapped));
    const { out, err } = await run(['spec', 'auto', path]);
    expect(err).toBe('perm-lmc: names differ by a prefix: read with --rename-prefix module.=\n');
    expect(JSON.parse(out).spec).toBe('resnet:1,1');
  });

  it('holds a spec against a checkpoint, and prints both', async () => {
    const [{ spec }] = fixtures;
    const params = readParams('mlp64_A');
    const words = ['spec', 'mlp:3', fixture('mlp64_A')];
    const { out } = await run(words, { isTTY: true });
    expect(out).toBe(`${fixture('mlp64_A')} fits mlp:3\n${formatSpec(spec, params)}\n`);
    tf.dispose(params);
    const { groups } = JSON.parse((await run(words)).out);
    expect(groups).toEqual({ h1: 64, h2: 64 });
    const refused = await run(['spec', 'mlp:4', fixture('mlp64_A')]);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("lack 'fc4.weight'");
  });

  it('lists every preset, each of which can be read', async () => {
    const { presets: listed } = JSON.parse((await run(['spec'])).out);
    const names = listed.flatMap(({ name }: { name: string }) => name.split(/ (?:… )?/));
    expect(names).toContain('resnet152');
    for (const name of names) expect(parsePreset(name), name).not.toBeNull();
    expect((await run(['spec'], { isTTY: true })).out).toContain('  resnet18 resnet34 ');
  });

  it.each([
    ['resnet20', "there is no preset 'resnet20': the depths are 18, 34, 50, 101, 152"],
    ['resnet', "has no layers: write it like 'resnet18' or 'resnet:3,3,3'"],
    ['mlp3', "there is no preset 'mlp3': write 'mlp:3'"],
    ['mlp:a,,b', "the preset 'mlp:a,,b' has an empty name"],
    ['vgg16_bn:classifier=', "the preset 'vgg16_bn:classifier=' has an empty name"],
    ['vgg12', 'there is no VGG of depth 12'],
    ['vgg:1,x', 'needs integers ≥ 1, such as'],
    ['resnet18:bn', "the preset 'resnet18:bn' has no option 'bn'"],
    ['resnet:1,1:projections=yes,maybe', "has 'maybe' instead of yes or no"],
    ['capsnet', "there is no spec file 'capsnet', and no preset of that name"],
  ])('refuses the preset %s', async (preset, message) => {
    const { code, out, err } = await run(['spec', preset]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('refuses a file that holds no spec', async () => {
    writeFileSync(at('no.json'), '{"format": "something else"}');
    const { code, err } = await run(['spec', at('no.json')]);
    expect(code).toBe(2);
    expect(err).toContain(`perm-lmc: the spec '${at('no.json')}': expected format "perm-lmc spec"`);
    writeFileSync(at('no.json'), Uint8Array.of(0xff, 0xfe));
    expect((await run(['spec', at('no.json')])).err).toContain('is not UTF-8 text');
  });

  it('does not replace a spec', async () => {
    writeFileSync(at('mine.json'), serializeSpec(mlpSpec(2)));
    expect((await run(['spec', 'mlp:3', '-o', at('mine.json')])).code).toBe(3);
    expect(parseSpec(readFileSync(at('mine.json'), 'utf8'))).toEqual(mlpSpec(2));
  });
});
