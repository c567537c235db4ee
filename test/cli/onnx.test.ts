import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { interpolate, matchMany, type Params, parseSpec, permute, weightMatch } from 'perm-lmc';
import { readOnnx, readSafetensors } from 'perm-lmc/node';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { externalModel, onnxPath, smallModel, smallSpec, writeModel } from '../node/onnxModels';
import { useBackend } from '../support/backend';
import { expectSameFunction, expectSameParams, greatestDifference } from '../support/invariants';
import { floats } from '../support/onnx/feeds';
import { modelBytes } from '../support/onnx/modelBytes';
import { onnxFixture } from '../support/onnx/onnxFixtures';
import { temporaryFolder, writeParams } from './checkpoints';
import { run } from './session';

await useBackend('cpu');
const at = temporaryFolder();
const [a, b, c] = [1, 2, 3].map((seed) => {
  writeFileSync(at(`${seed}.onnx`), smallModel(seed));
  return at(`${seed}.onnx`);
});
const [paramsA, paramsB, paramsC] = [1, 2, 3].map((seed) => onnxParams(smallModel(seed)));
const found = await weightMatch(smallSpec, paramsA, paramsB, { engine: 'packed' });
const merged = interpolate(paramsA, permute(smallSpec, paramsB, found.permutations), 0.5);

async function paramsOf(path: string): Promise<Params> {
  const { bytes, externalData } = await readOnnx(path);
  return onnxParams(bytes, { externalData });
}

/** Two dense layers with an activation between them. */
function activated(operator: string): Uint8Array {
  return modelBytes({
    inputs: { x: { shape: ['batch', 4] } },
    initializers: { w1: floats([4, 6], 1), w2: floats([6, 3], 2) },
    nodes: [
      ['MatMul', ['x', 'w1'], ['h']],
      [operator, ['h'], ['r']],
      ['MatMul', ['r', 'w2'], ['y']],
    ],
    outputs: ['y'],
  });
}

/** Runs a command that must succeed, and returns its JSON document. */
async function done(...words: string[]) {
  const { code, out, err } = await run(words);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

describe('perm-lmc merge of ONNX files', () => {
  it('is the whole job: the mean of the aligned weights, by the spec of the graph', async () => {
    const document = await done('merge', a, b, '-o', at('merged.onnx'));
    expect(document.spec).toBe(a);
    expect(document.matches[0].objective).toBe(found.objective);
    await expectSameParams(await paramsOf(at('merged.onnx')), merged, 1e-7);
  });

  it('matches three jointly', async () => {
    await done('merge', a, b, c, '-o', at('three.onnx'));
    const { permutations } = await matchMany(smallSpec, [paramsA, paramsB, paramsC], {
      engine: 'packed',
    });
    const [, alignedB, alignedC] = [paramsA, paramsB, paramsC].map((params, i) =>
      permute(smallSpec, params, permutations[i]),
    );
    const half = interpolate(alignedB, alignedC, 0.5);
    const three = await paramsOf(at('three.onnx'));
    await expectSameParams(three, interpolate(paramsA, half, 2 / 3), 1e-6);
  });

  it('writes safetensors where the output says so', async () => {
    await done('merge', a, b, '-o', at('merged.safetensors'));
    const { params } = await readSafetensors(at('merged.safetensors'));
    await expectSameParams(inOrder(params, merged), merged, 1e-7);
  });

  it('takes a safetensors file beside an ONNX file, but needs a graph for an ONNX output', async () => {
    const own = await writeParams(at('b.safetensors'), paramsB);
    await done('merge', a, own, '-o', at('mixed.onnx'));
    await expectSameParams(await paramsOf(at('mixed.onnx')), merged, 1e-7);
    const { code, err } = await run(['merge', own, a, '-o', at('no.onnx')]);
    expect(code).toBe(2);
    expect(err).toContain("name an output that ends in '.safetensors'");
    expect(readdirSync(at(''))).not.toContain('no.onnx');
  });

  it.each([
    ['the first', true, false],
    ['the second', false, true],
    ['both', true, true],
  ])('keeps the function where the exporter of %s merged equal tensors', async (_, one, other) => {
    const paths = [one, other].map((isMerged, k) => {
      const path = at(`tied-${one}-${other}-${k}.onnx`);
      writeFileSync(path, twoBiases(k + 1, isMerged));
      return path;
    });
    const output = at(`tied-${one}-${other}.onnx`);
    await done('merge', ...paths, '--alpha', '1', '-o', output);
    const [found, expected] = await Promise.all([output, paths[1]].map(outputOf));
    expect(await greatestDifference(found, expected)).toBeLessThan(1e-5);
  });

  it('leaves out the counters of a state dict, which no graph has', async () => {
    const path = at('graph.onnx');
    writeFileSync(path, normalised(1));
    const [params, others] = [1, 2].map((seed) => onnxParams(normalised(seed)));
    const counter = { 'norm.num_batches_tracked': tf.scalar(7, 'int32') };
    const own = await writeParams(at('state.safetensors'), { ...others, ...counter });
    const { code, err } = await run(['merge', path, own, '--alpha', '1', '-o', at('bn.onnx')]);
    expect(code).toBe(0);
    expect(err).toBe(`perm-lmc: not in '${path}', so left out: 'norm.num_batches_tracked'\n`);
    const x = tf.randomNormal([2, 2, 6, 6], 0, 1, 'float32', 1);
    const forward = onnxForward(normalised(1));
    await expectSameFunction(forward, await paramsOf(at('bn.onnx')), others, x);
    expect(Object.keys(await paramsOf(at('bn.onnx')))).toEqual(Object.keys(params));
  });

  it('says which names a folded graph shares with no state dict', async () => {
    const [graph, whole] = [onnxPath('unet_a.fold'), onnxPath('unet_b')];
    const own = await writeParams(at('unet.safetensors'), await paramsOf(whole));
    for (const other of [own, whole]) {
      const { code, err } = await run(['merge', graph, other, '-o', at('no.onnx')]);
      expect(code).toBe(2);
      expect(err).toMatch(
        /^perm-lmc: warning: the exporter folded names away .*PRESERVE.*\nperm-lmc: /,
      );
    }
  });

  it('warns of graphs that compute something else with weights of the same names', async () => {
    const [relu, tanh] = ['Relu', 'Tanh'].map((operator) => {
      const path = at(`${operator}.onnx`);
      writeFileSync(path, activated(operator));
      return path;
    });
    const { code, err } = await run(['merge', relu, tanh, '-o', at('activated.onnx')]);
    expect(code).toBe(0);
    expect(err).toMatch(/warning: the graph of '.*Tanh.onnx' is not that of .*Tanh.*Relu/);
  });

  it('refuses networks of other shapes', async () => {
    const { code, err } = await run(['merge', a, onnxPath('lenet_a'), '-o', at('no.onnx')]);
    expect(code).toBe(2);
    expect(err).toMatch(/^perm-lmc: .*lenet_a/);
  });
});

describe('perm-lmc align and permute of ONNX files', () => {
  it('find permutations that leave the function as it is', async () => {
    await done('align', a, b, '-o', at('p.json'));
    await done('permute', b, '--permutations', at('p.json'), '-o', at('aligned.onnx'));
    const { bytes } = await readOnnx(at('aligned.onnx'));
    await expectSameParams(onnxParams(bytes), permute(smallSpec, paramsB, found.permutations));
    const x = tf.randomNormal([2, 2, 6, 6], 0, 1, 'float32', 1);
    await expectSameFunction(onnxForward(bytes), onnxParams(bytes), paramsB, x);
  });

  it.each([
    ['gpt', 'whole'],
    ['unet', 'fold'],
    ['resnet', 'dynamo'],
    ['bfloat16', 'whole'],
  ] as const)('leave what PyTorch computed with %s, %s', async (name, kind) => {
    const { inputs, outputs } = onnxFixture(name, kind);
    const [one, other] = ['a', 'b'].map((seed) =>
      onnxPath(`${name}_${seed}${kind === 'whole' ? '' : `.${kind}`}`),
    );
    const permutations = at(`${name}.json`);
    await run(['align', one, other, '-o', permutations]);
    const output = at(`${name}.aligned.onnx`);
    await run(['permute', other, '--permutations', permutations, '-o', output]);
    const { bytes, externalData } = await readOnnx(output);
    const params = onnxParams(bytes, { externalData });
    const found = onnxForward(bytes, { externalData })(params, inputs[0]);
    expect(await greatestDifference(found, outputs[1][0])).toBeLessThan(1e-3);
    const moved = JSON.parse(readFileSync(permutations, 'utf8'));
    expect(Object.keys(moved).length).toBeGreaterThan(0);
  });

  it('need a spec for safetensors of no known family', async () => {
    const own = await writeParams(at('c.safetensors'), paramsC);
    const { code, err } = await run(['align', own, own]);
    expect(code).toBe(2);
    expect(err).toContain('no architecture fits');
    expect(err).toContain('perm-lmc spec model.onnx');
    await done('align', own, own, '--spec', a);
  });
});

describe('perm-lmc spec of an ONNX file', () => {
  it('serves safetensors, with counters of batch normalisation that no graph has', async () => {
    const path = at('bn.onnx');
    writeFileSync(path, normalised(1));
    await done('spec', path, '-o', at('bn.json'));
    const params = onnxParams(normalised(1));
    const others = onnxParams(normalised(2));
    const counter = { 'norm.num_batches_tracked': tf.scalar(7, 'int32') };
    const [one, two] = [
      await writeParams(at('bn1.safetensors'), { ...params, ...counter }),
      await writeParams(at('bn2.safetensors'), { ...others, ...counter }),
    ];
    const flags = ['--spec', at('bn.json'), '--statistics', 'interpolate'];
    await done('merge', one, two, ...flags, '-o', at('bn.safetensors'));
    const spec = parseSpec(readFileSync(at('bn.json'), 'utf8'));
    const { permutations } = await weightMatch(spec, params, others, { engine: 'packed' });
    const expected = interpolate(params, permute(spec, others, permutations), 0.5);
    const { params: mean } = await readSafetensors(at('bn.safetensors'));
    expect(await mean['norm.num_batches_tracked'].data()).toEqual(new Int32Array([7]));
    await expectSameParams(inOrder(mean, expected), expected, 1e-7);
    expect(spec.groups).toHaveLength(1);
  });

  it.each(['gpt', 'lstm2', 'norms', 'qwen', 'resnet', 'unet'])(
    'serves checkpoints without the constants of the exporter: %s',
    async (name) => {
      const [one, other] = ['a', 'b'].map((seed) => onnxPath(`${name}_${seed}`));
      const { code } = await run(['spec', one, '-o', at(`${name}.spec.json`)]);
      expect(code).toBe(0);
      const stored = [one, other].map(async (path, k) => {
        const params = Object.entries(await paramsOf(path)).filter(([own]) => !own.startsWith('/'));
        return writeParams(at(`${name}${k}.safetensors`), Object.fromEntries(params));
      });
      const files = await Promise.all(stored);
      const flags = ['--spec', at(`${name}.spec.json`), '-o', at(`${name}.mean.safetensors`)];
      await done('merge', ...files, ...flags);
      expect((await run(['merge', one, other, '-o', at(`${name}.mean.onnx`)])).code).toBe(0);
      const expected = await paramsOf(at(`${name}.mean.onnx`));
      const { params } = await readSafetensors(at(`${name}.mean.safetensors`));
      await expectSameParams(params, inOrder(expected, params), 1e-6);
    },
  );

  it('warns of names that the exporter folded away, with the flags that keep them', async () => {
    const path = at('folded.onnx');
    writeFileSync(path, normalised(1, 'onnx::Conv_29'));
    const { code, out, err } = await run(['spec', path, '-o', at('folded.json')]);
    expect(code).toBe(0);
    expect(err).toContain("'onnx::Conv_29'");
    expect(err).toContain('do_constant_folding=False');
    expect(JSON.parse(out).warnings).toEqual([err.replace(/^perm-lmc: warning: |\n$/g, '')]);
    const { derivation } = parseSpec(readFileSync(at('folded.json'), 'utf8'));
    expect(derivation!.warnings).toEqual(JSON.parse(out).warnings);
  });

  it('has the names of the file after prefixes are renamed', async () => {
    const bare = await writeParams(at('bare.safetensors'), paramsB);
    const path = at('prefixed.onnx');
    writeFileSync(path, smallModel(1, 'module.'));
    const flags = ['--rename-prefix', 'module.='];
    await done('merge', path, bare, ...flags, '-o', at('renamed.onnx'));
    const mean = await paramsOf(at('renamed.onnx'));
    expect(Object.keys(mean)).toEqual(Object.keys(paramsA).map((name) => `module.${name}`));
    await expectSameParams(
      Object.fromEntries(Object.keys(merged).map((name) => [name, mean[`module.${name}`]])),
      merged,
      1e-7,
    );
  });

  it('is derived with --input-shape where the default for open sizes is too small', async () => {
    const path = at('waves.onnx');
    writeFileSync(
      path,
      modelBytes({
        inputs: { x: { shape: ['batch', 2, 'length'] } },
        initializers: { 'conv.weight': floats([4, 2, 5]), 'fc.weight': floats([3, 4], 2) },
        nodes: [
          ['Conv', ['x', 'conv.weight'], ['c']],
          ['Relu', ['c'], ['r']],
          ['ReduceMean', ['r'], ['m'], { axes: [2], keepdims: 0 }],
          ['Gemm', ['m', 'fc.weight'], ['y'], { transB: 1 }],
        ],
        outputs: ['y'],
      }),
    );
    const { code, err } = await run(['spec', path]);
    expect(code).toBe(2);
    expect(err).toContain('--input-shape, its sizes without the batch');
    const { groups } = await done('spec', path, '--input-shape', '2,9', '-o', at('waves.json'));
    expect(Object.values(groups)).toEqual([4]);
  });

  it('is the spec written to standard output without -o', async () => {
    const { out, code } = await run(['spec', a]);
    expect(code).toBe(0);
    expect(Object.keys(parseSpec(out).params)).toEqual(Object.keys(paramsA));
  });
});

describe('perm-lmc inspect of an ONNX file', () => {
  it('lists weights, operators and sizes', async () => {
    const document = await done('inspect', a);
    expect(document).toMatchObject({
      format: 'ONNX',
      producer: 'test',
      opsets: { 'ai.onnx': 17 },
      inputs: [{ name: 'x', dtype: 'float', shape: [2, 2, 6, 6] }],
      outputs: [{ name: 'y', dtype: 'float' }],
      operators: [
        { name: 'Conv', count: 1, supported: true },
        { name: 'Flatten', count: 1, supported: true },
        { name: 'Gemm', count: 2, supported: true },
        { name: 'Relu', count: 2, supported: true },
      ],
    });
    expect(document.tensors[0]).toEqual({
      name: 'conv.weight',
      dtype: 'F32',
      shape: [4, 2, 3, 3],
      size: 72,
      bytes: 288,
    });
  });

  it('marks operators that are not computed', async () => {
    const path = at('unknown.onnx');
    writeFileSync(
      path,
      modelBytes({
        inputs: { x: { shape: ['batch', 3] } },
        nodes: [['com.example.Magic', ['x'], ['y']]],
        outputs: ['y'],
      }),
    );
    const { code, out } = await run(['inspect', path], { isTTY: true });
    expect(code).toBe(0);
    expect(out).toContain('input x float [batch,3]');
    expect(out).toMatch(/com\.example\.Magic +1 +not supported/);
  });
});

describe('external data', () => {
  it('is read beside the inputs, written beside the output, and never over an input', async () => {
    const [one, two] = [1, 2].map((seed) =>
      writeModel(
        at(`external/${seed}.onnx`),
        externalModel(smallModel(seed), () => `${seed}.onnx.data`),
      ),
    );
    const before = readFileSync(at('external/1.onnx.data'));
    await done('merge', one, two, '-o', at('external/m.onnx'));
    await expectSameParams(await paramsOf(at('external/m.onnx')), merged, 1e-7);
    expect(readdirSync(at('external')).filter((name) => name.startsWith('m'))).toEqual([
      'm.onnx',
      'm.onnx.data',
    ]);
    expect(readFileSync(at('external/1.onnx.data')).equals(before)).toBe(true);
    expect((await run(['merge', one, two, '-o', one])).code).toBe(3);
    await done('merge', one, two, '-o', one, '--force');
    await expectSameParams(await paramsOf(one), merged, 1e-7);
  });
});

/** Params in the order of other ones. */
function inOrder(params: Params, like: Params): Params {
  return Object.fromEntries(Object.keys(like).map((name) => [name, params[name]]));
}

/** The output of an ONNX file on an input of two samples. */
async function outputOf(path: string): Promise<tf.Tensor> {
  const { bytes, externalData } = await readOnnx(path);
  const x = tf.randomNormal([2, 5], 0, 1, 'float32', 1);
  return onnxForward(bytes, { externalData })(onnxParams(bytes, { externalData }), x);
}

/** An MLP with two hidden layers of one width. Their biases are equal and one tensor if the exporter merged them. */
function twoBiases(seed: number, isMerged: boolean): Uint8Array {
  const second = isMerged ? 'b1' : 'b2';
  return modelBytes({
    inputs: { x: { shape: [2, 5] } },
    initializers: {
      w1: floats([5, 6], 10 * seed + 1),
      b1: floats([6], 10 * seed + 2),
      w2: floats([6, 6], 10 * seed + 3),
      ...(isMerged ? {} : { b2: floats([6], 10 * seed + 4) }),
      w3: floats([6, 3], 10 * seed + 5),
    },
    nodes: [
      ['Gemm', ['x', 'w1', 'b1'], ['g1']],
      ['Relu', ['g1'], ['h1']],
      ['Gemm', ['h1', 'w2', second], ['g2']],
      ['Relu', ['g2'], ['h2']],
      ['Gemm', ['h2', 'w3'], ['y']],
    ],
    outputs: ['y'],
  });
}

/** A network with batch normalisation. The weight of its convolution has the given name. */
function normalised(seed: number, weight = 'conv.weight'): Uint8Array {
  const positive = { shape: [4], data: [0.5, 1, 1.5, 2] };
  return modelBytes({
    inputs: { x: { shape: [2, 2, 6, 6] } },
    initializers: {
      [weight]: floats([4, 2, 3, 3], 10 * seed + 1),
      'norm.weight': floats([4], 10 * seed + 2),
      'norm.bias': floats([4], 10 * seed + 3),
      'norm.running_mean': floats([4], 10 * seed + 4),
      'norm.running_var': positive,
      'fc.weight': floats([3, 64], 10 * seed + 5),
    },
    nodes: [
      ['Conv', ['x', weight], ['c']],
      [
        'BatchNormalization',
        ['c', 'norm.weight', 'norm.bias', 'norm.running_mean', 'norm.running_var'],
        ['n'],
      ],
      ['Relu', ['n'], ['r']],
      ['Flatten', ['r'], ['flat']],
      ['Gemm', ['flat', 'fc.weight'], ['y'], { transB: 1 }],
    ],
    outputs: ['y'],
  });
}
