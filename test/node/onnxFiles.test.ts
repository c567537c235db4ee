import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  average,
  interpolate,
  matchMany,
  type Params,
  permutationSpec,
  permute,
  randomPermutations,
  weightMatch,
} from 'perm-lmc';
import {
  inspectCheckpoint,
  matchManyFiles,
  mergeFiles,
  permuteFile,
  readOnnx,
  readSafetensors,
  weightMatchFiles,
  writeOnnxFile,
} from 'perm-lmc/node';
import { onnxForward, onnxParams } from 'perm-lmc/onnx';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/checkpoints';
import { useBackend } from '../support/backend';
import { expectSameFunction, expectSameParams } from '../support/invariants';
import {
  externalModel,
  modelWithEntries,
  onnxPath,
  smallModel,
  smallSpec,
  withoutValues,
  writeModel,
} from './onnxModels';

await useBackend('cpu');
const at = temporaryFolder();
const spec = permutationSpec({
  '0.weight': 'c1 _ _ _',
  '0.bias': 'c1',
  '3.weight': 'c2 c1 _ _',
  '3.bias': 'c2',
  '7.weight': 'h (c2 16)',
  '7.bias': 'h',
  '9.weight': '_ h',
  '9.bias': '_',
});
const [a, b] = [onnxPath('lenet_a'), onnxPath('lenet_b')];

/** The weights of an ONNX file, with its external data. */
async function paramsOf(path: string): Promise<Params> {
  const { bytes, externalData } = await readOnnx(path);
  return onnxParams(bytes, { externalData });
}
const [paramsA, paramsB] = [await paramsOf(a), await paramsOf(b)];
const found = await weightMatch(spec, paramsA, paramsB, { engine: 'packed' });
const merged = interpolate(paramsA, permute(spec, paramsB, found.permutations), 0.5);

describe('ONNX files', () => {
  it('are matched as the same networks in memory', async () => {
    const { permutations, objective } = await weightMatchFiles(spec, a, b);
    expect(permutations).toEqual(found.permutations);
    expect(objective).toBe(found.objective);
  });

  it('are matched jointly as the same networks in memory', async () => {
    const options = { pairs: false } as const;
    const { permutations } = await matchManyFiles(spec, [a, b, a], options);
    const networks = [paramsA, paramsB, paramsA];
    const inMemory = await matchMany(spec, networks, { ...options, engine: 'packed' });
    expect(permutations).toEqual(inMemory.permutations);
  });

  it('are merged into a file whose weights are the mean of the aligned ones', async () => {
    const output = at('merged.onnx');
    const result = await mergeFiles(spec, [a, b], [found.permutations], output);
    expect(result).toMatchObject({ kept: [], leftOut: [] });
    await expectSameParams(await paramsOf(output), merged, 1e-7);
  });

  it('compute the same function after a permutation, and nothing but weights differs', async () => {
    const path = at('small.onnx');
    const original = smallModel(1);
    writeFileSync(path, original);
    const params = onnxParams(original);
    const permutations = randomPermutations(smallSpec, params, { seed: 3 });
    await permuteFile(smallSpec, path, permutations, at('permuted.onnx'));
    const { bytes } = await readOnnx(at('permuted.onnx'));
    await expectSameParams(onnxParams(bytes), permute(smallSpec, params, permutations));
    expect(withoutValues(bytes)).toEqual(withoutValues(original));
    const x = tf.randomNormal([2, 2, 6, 6], 0, 1, 'float32', 1);
    await expectSameFunction(onnxForward(bytes), onnxParams(bytes), params, x);
  });

  it('are inspected', async () => {
    const { format, tensors } = await inspectCheckpoint(a, { values: true });
    expect(format).toBe('ONNX');
    expect(tensors.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual(
      Object.entries(paramsA).map(([name, { shape }]) => [name, 'F32', shape]),
    );
    const [least] = await tf.min(paramsA['3.weight']).data();
    expect(tensors[2].values!.least).toBe(least);
  });

  it('are known by their first bytes where the extension says nothing', async () => {
    const path = at('model.bin');
    writeFileSync(path, readFileSync(a));
    expect((await inspectCheckpoint(path)).format).toBe('ONNX');
  });
});

describe('an ONNX file of any kind', () => {
  const files = readdirSync(fileURLToPath(new URL('../fixtures/onnx/', import.meta.url)))
    .filter((file) => file.endsWith('_a.onnx') || file.endsWith('_a.dynamo.onnx'))
    .map((file) => file.replace(/\.onnx$/, ''));
  const fixed = permutationSpec({}, { unlisted: 'fixed' });

  it.each(files)('%s keeps its bytes where no unit moves', async (name) => {
    const path = onnxPath(name);
    const original = await readOnnx(path);
    const folder = at(`same/${name}`);
    mkdirSync(folder, { recursive: true });
    const output = `${folder}/${name}.onnx`;
    await permuteFile(fixed, path, {}, output);
    const { bytes, externalData } = await readOnnx(output);
    expect(Buffer.compare(bytes, original.bytes)).toBe(0);
    expect(Object.keys(externalData)).toEqual(Object.keys(original.externalData));
    for (const [location, data] of Object.entries(externalData)) {
      expect(Buffer.compare(data, original.externalData[location])).toBe(0);
    }
  });
});

describe('ONNX and safetensors files', () => {
  it('are matched to each other, and permutations of one are applied to the other', async () => {
    const own = at('b.safetensors');
    await permuteFile(spec, b, identity(), own);
    const { permutations } = await weightMatchFiles(spec, a, own);
    expect(permutations).toEqual(found.permutations);
    await permuteFile(spec, own, permutations, at('aligned.safetensors'));
    const { params } = await readSafetensors(at('aligned.safetensors'));
    await expectSameParams(
      Object.fromEntries(Object.keys(paramsB).map((name) => [name, params[name]])),
      permute(spec, paramsB, found.permutations),
    );
    await mergeFiles(spec, [a, own], [permutations], at('mixed.onnx'));
    await expectSameParams(await paramsOf(at('mixed.onnx')), merged, 1e-7);
  });

  it('cannot be written as ONNX without a graph', async () => {
    const own = at('b2.safetensors');
    await permuteFile(spec, b, identity(), own);
    await expect(mergeFiles(spec, [own, a], [identity()], at('no.onnx'))).rejects.toThrow(
      `mergeFiles: '${at('no.onnx')}' cannot be written from '${own}': ONNX files hold more than weights, and '${own}' is safetensors. Put a checkpoint first that is ONNX, or name an output that ends in '.safetensors'.`,
    );
    expect(existsSync(at('no.onnx'))).toBe(false);
  });

  it('needs an extension that says the format', async () => {
    await expect(permuteFile(spec, b, found.permutations, at('no.gguf'))).rejects.toThrow(
      `'${at('no.gguf')}' has the extension of no format that is written. Name an output that ends in '.onnx' or '.safetensors'.`,
    );
    expect(existsSync(at('no.gguf'))).toBe(false);
  });

  const identity = () =>
    Object.fromEntries(
      Object.entries({ c1: 6, c2: 16, h: 60 }).map(([group, size]) => [
        group,
        Int32Array.from({ length: size }, (_, i) => i),
      ]),
    );
});

describe('external data', () => {
  const inParts = (tensor: string) => `weights/${tensor}.bin`;

  it('is read from beside the model and written beside the output', async () => {
    const path = writeModel(
      at('one/in.onnx'),
      externalModel(readFileSync(onnxPath('lenet_b')), () => 'in.onnx.data'),
    );
    const before = readFileSync(at('one/in.onnx.data'));
    await expectSameParams(await paramsOf(path), paramsB);
    await permuteFile(spec, path, found.permutations, at('one/out.onnx'));
    await expectSameParams(
      await paramsOf(at('one/out.onnx')),
      permute(spec, paramsB, found.permutations),
    );
    expect(readdirSync(at('one')).sort()).toEqual([
      'in.onnx',
      'in.onnx.data',
      'out.onnx',
      'out.onnx.data',
    ]);
    expect(readFileSync(at('one/in.onnx.data')).equals(before)).toBe(true);
  });

  it('of several files has a folder of its own beside the output', async () => {
    const path = writeModel(
      at('parts/in.onnx'),
      externalModel(readFileSync(onnxPath('lenet_b')), inParts),
    );
    await permuteFile(spec, path, found.permutations, at('parts/out.onnx'));
    await expectSameParams(
      await paramsOf(at('parts/out.onnx')),
      permute(spec, paramsB, found.permutations),
    );
    expect(readdirSync(at('parts/out.onnx.data/weights'))).toContain('0.weight.bin');
  });

  it('keeps its locations where the name of the output is that of the input', async () => {
    const path = writeModel(
      at('from/in.onnx'),
      externalModel(readFileSync(onnxPath('lenet_b')), inParts),
    );
    mkdirSync(at('to'));
    await permuteFile(spec, path, found.permutations, at('to/in.onnx'));
    expect(readdirSync(at('to')).sort()).toEqual(['in.onnx', 'weights']);
    await permuteFile(spec, path, found.permutations, path, { overwrite: true });
    const aligned = permute(spec, paramsB, found.permutations);
    await expectSameParams(await paramsOf(at('to/in.onnx')), aligned);
    await expectSameParams(await paramsOf(path), aligned);
  });

  it('replaces nothing without overwrite, and then nothing is written', async () => {
    const path = writeModel(
      at('taken/in.onnx'),
      externalModel(readFileSync(onnxPath('lenet_b')), () => 'in.data'),
    );
    writeFileSync(at('taken/out.onnx.data'), 'mine');
    await expect(permuteFile(spec, path, found.permutations, at('taken/out.onnx'))).rejects.toThrow(
      `there is already something at '${at('taken/out.onnx.data')}'`,
    );
    expect(readFileSync(at('taken/out.onnx.data'), 'utf8')).toBe('mine');
    expect(readdirSync(at('taken')).sort()).toEqual(['in.data', 'in.onnx', 'out.onnx.data']);
  });

  it('names a file or folder that is in its way', async () => {
    const one = writeModel(
      at('way/one.onnx'),
      externalModel(readFileSync(b), () => 'one.data'),
    );
    mkdirSync(at('way/folder.onnx.data'));
    const parts = writeModel(at('way/parts.onnx'), externalModel(readFileSync(b), inParts));
    writeFileSync(at('way/file.onnx.data'), '');
    for (const [input, output] of [
      [one, 'folder'],
      [parts, 'file'],
    ]) {
      const path = at(`way/${output}.onnx`);
      await expect(
        permuteFile(spec, input, found.permutations, path, { overwrite: true }),
      ).rejects.toThrow(`there is a ${output} of that name`);
      expect(existsSync(path)).toBe(false);
    }
  });

  it.each([
    ['/etc/hosts', 'is not a path inside the folder'],
    ['C:\\data.bin', 'is not a path inside the folder'],
    ['../secret.bin', 'is not a path inside the folder'],
    ['weights/../../secret.bin', 'is not a path inside the folder'],
    ['link.bin', 'outside of the folder of the model'],
    ['linked/secret.bin', 'outside of the folder of the model'],
    ['gone.bin', 'is missing'],
  ])('at %s is refused: %s', async (location, problem) => {
    mkdirSync(at('trap/linked-from'), { recursive: true });
    writeFileSync(at('secret.bin'), new Uint8Array(600));
    if (!existsSync(at('trap/link.bin'))) {
      symlinkSync(at('secret.bin'), at('trap/link.bin'));
      symlinkSync(at(''), at('trap/linked'));
    }
    const path = at('trap/model.onnx');
    writeFileSync(path, modelWithEntries('lenet_a', { location }));
    await expect(readOnnx(path)).rejects.toThrow(problem);
    await expect(weightMatchFiles(spec, path, b)).rejects.toThrow(problem);
  });

  it('that ends before the range of a weight is refused', async () => {
    const path = at('short.onnx');
    writeFileSync(at('short.bin'), new Uint8Array(500));
    const entries = { location: 'short.bin', offset: '0', length: '600' };
    writeFileSync(path, modelWithEntries('lenet_a', entries));
    await expect(weightMatchFiles(spec, path, b)).rejects.toThrow(
      /'.*short\.onnx': .*'0\.weight'.*600.*500/,
    );
  });

  it('is never written outside of the folder', async () => {
    const bytes = readFileSync(a);
    mkdirSync(at('out'));
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('out/linked'));
    for (const location of ['../x.bin', '/tmp/x.bin', 'linked/x.bin', 'linked/inner/x.bin']) {
      const model = { bytes, externalData: { [location]: new Uint8Array(4) } };
      await expect(writeOnnxFile(at('out/m.onnx'), model)).rejects.toThrow(
        /writeOnnxFile: .*folder/,
      );
    }
    expect(readdirSync(at('out'))).toEqual(['linked']);
    expect(readdirSync(at('elsewhere'))).toEqual([]);
  });
});

describe('readOnnx and writeOnnxFile', () => {
  it('copy a model with its external data', async () => {
    const path = writeModel(
      at('copied/in.onnx'),
      externalModel(readFileSync(onnxPath('lenet_a')), () => 'w.bin'),
    );
    mkdirSync(at('copy'));
    await writeOnnxFile(at('copy/in.onnx'), await readOnnx(path));
    for (const file of ['in.onnx', 'w.bin']) {
      expect(readFileSync(at(`copy/${file}`)).equals(readFileSync(at(`copied/${file}`)))).toBe(
        true,
      );
    }
    await expect(writeOnnxFile(at('copy/in.onnx'), await readOnnx(path))).rejects.toThrow(
      'overwrite: true',
    );
  });

  it('refuses a file beyond the limit of protobuf, before it is read', async () => {
    const path = at('huge.onnx');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 31); // Without data, it takes no space on the disk.
    await expect(readOnnx(path)).rejects.toThrow(
      `readOnnx: '${path}': the file has 2147483648 bytes, and an ONNX file ends at 2 GiB`,
    );
  });

  it('refuses what is no model', async () => {
    const path = at('text.onnx');
    writeFileSync(path, 'not a model');
    await expect(readOnnx(path)).rejects.toThrow(
      `readOnnx: '${path}': the bytes are not an ONNX model`,
    );
    await expect(weightMatchFiles(spec, path, b)).rejects.toThrow(`'${path}': `);
  });

  it('averages three', async () => {
    const identity = (await weightMatch(spec, paramsA, paramsA)).permutations;
    await mergeFiles(spec, [a, b, a], [found.permutations, identity], at('three.onnx'));
    const aligned = permute(spec, paramsB, found.permutations);
    await expectSameParams(
      await paramsOf(at('three.onnx')),
      average([paramsA, aligned, paramsA]),
      1e-6,
    );
  });
});
