import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { File, ready } from 'h5wasm';
import {
  InvalidInputError,
  identityPermutations,
  type Params,
  permutationSpec,
  serializeSpec,
} from 'perm-lmc';
import {
  inspectCheckpoint,
  matchManyFiles,
  mergeFiles,
  permuteFile,
  readCheckpoint,
  readNpz,
  readOnnx,
  readSafetensors,
  transportFiles,
  weightMatchFiles,
  writeSafetensors,
} from 'perm-lmc/node';
import { onnxParams } from 'perm-lmc/onnx';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/checkpoints';
import { run } from '../cli/session';
import { useBackend } from '../support/backend';
import { expectNoLeak } from '../support/invariants';
import { signalAt } from '../support/signalAt';
import { externalModel, smallModel, smallSpec } from './onnxModels';
import { sharded } from './sharded';
import { modelJson, saveModel, smallLayersModel } from './tfjsModels';

await useBackend('cpu');
const at = temporaryFolder();
const unchanged = permutationSpec({}, { unlisted: 'fixed' });
const params: Params = onnxParams(smallModel(1));
const same = identityPermutations(smallSpec, params);

/** Makes a checkpoint in a new folder, and returns the path to read and that of a file with values of it. */
type Make = (folder: string) => Promise<readonly [path: string, file: string]>;

const single =
  (name: string): Make =>
  async (folder) => {
    await permuteFile(unchanged, at('whole.safetensors'), {}, join(folder, name));
    return [join(folder, name), join(folder, name)];
  };

const formats: Readonly<Record<string, Make>> = {
  safetensors: single('m.safetensors'),
  PyTorch: single('m.pt'),
  npz: single('m.npz'),
  async 'the last shard of safetensors'(folder) {
    return [await sharded(folder, 'm', params), join(folder, 'm-2-of-2.safetensors')];
  },
  async 'the index of shards'(folder) {
    const index = await sharded(folder, 'm', params);
    return [index, index];
  },
  async 'a shard of PyTorch'(folder) {
    const index = join(folder, 'm.bin.index.json');
    await permuteFile(unchanged, await sharded(folder, 'm', params), {}, index);
    return [index, join(folder, 'm-2-of-2.bin')];
  },
  async 'a shard of tfjs'(folder) {
    const path = await saveModel(smallLayersModel(1), join(folder, 'model.json'));
    return [path, join(folder, modelJson(path).weightsManifest[0].paths[1])];
  },
  async Keras(folder) {
    const file = new File('/changed.h5', 'w');
    for (const [name, tensor] of Object.entries(params)) {
      const data = new Float32Array(tensor.dataSync());
      file.create_dataset({ name, data, shape: [...tensor.shape] });
    }
    file.close();
    const { readFile } = (await ready).FS as unknown as { readFile(path: string): Uint8Array };
    writeFileSync(join(folder, 'm.h5'), readFile('/changed.h5'));
    return [join(folder, 'm.h5'), join(folder, 'm.h5')];
  },
};

/** Writes a file again, in its place, as a program does that saves its next checkpoint. The size is the same. */
function overwrite(file: string): void {
  writeFileSync(file, readFileSync(file));
}

/** Makes a checkpoint whose files are from another time than now. */
async function made(make: Make): Promise<readonly [path: string, file: string]> {
  const own = await make(at('in'));
  for (const name of readdirSync(at('in'))) utimesSync(at(`in/${name}`), 1e9, 1e9);
  return own;
}

beforeEach(async () => {
  for (const folder of ['in', 'out']) {
    rmSync(at(folder), { recursive: true, force: true });
    mkdirSync(at(folder));
  }
  await writeSafetensors(at('whole.safetensors'), params, { overwrite: true });
});

async function expectRefused(work: () => Promise<unknown>, file: string): Promise<void> {
  const error = await expectNoLeak(work);
  expect(error).toBeInstanceOf(InvalidInputError);
  expect((error as Error).message).toContain(`'${file}': the file was changed while it was in use`);
  expect(readdirSync(at('out'))).toEqual([]);
}

/** Calls `event` when it is called for the first time. */
function once(event: () => void): () => void {
  let isFirst = true;
  return () => {
    if (isFirst) event();
    isFirst = false;
  };
}

describe('a file that is overwritten while it is read is refused, and nothing is written from it:', () => {
  it.each(Object.entries(formats))('%s', async (_, make) => {
    const [path, file] = await made(make);
    const onProgress = once(() => overwrite(file));
    await expectRefused(
      () => permuteFile(unchanged, path, {}, at('out/m.safetensors'), { onProgress }),
      file,
    );
  });

  it.each(Object.entries(formats))('%s, as tensors', async (_, make) => {
    const [path, file] = await made(make);
    const onProgress = once(() => overwrite(file));
    await expectRefused(() => readCheckpoint(path, { onProgress }), file);
  });

  const jobs: Readonly<
    Record<string, (paths: [string, string], onProgress: () => void) => Promise<unknown>>
  > = {
    inspectCheckpoint: ([a], onProgress) => inspectCheckpoint(a, { values: true, onProgress }),
    mergeFiles: (paths, onProgress) =>
      mergeFiles(smallSpec, paths, [same], at('out/m.safetensors'), { onProgress }),
    weightMatchFiles: (paths, onProgress) => weightMatchFiles(smallSpec, ...paths, { onProgress }),
    matchManyFiles: ([a, b], onProgress) =>
      matchManyFiles(smallSpec, [a, b, at('whole.safetensors')], { onProgress }),
    transportFiles: ([a, b], onProgress) =>
      transportFiles(
        smallSpec,
        { base: b, tuned: a, target: at('whole.safetensors') },
        same,
        at('out/m.safetensors'),
        { onProgress },
      ),
  };
  it.each(Object.entries(jobs))('%s', async (_, job) => {
    const [path] = await made(formats.safetensors);
    const other = at('whole.safetensors');
    await expectRefused(
      () =>
        job(
          [path, other],
          once(() => overwrite(path)),
        ),
      path,
    );
  });

  it.each([
    ['readSafetensors', 'm.safetensors', readSafetensors],
    ['readNpz', 'm.npz', readNpz],
  ] as const)('%s', async (_, name, read) => {
    const [path] = await made(single(name));
    await expectRefused(() => read(path, { signal: signalAt(3, () => overwrite(path)) }), path);
  });

  it.each([
    ['the model', 'in/m.onnx'],
    ['external data', 'in/first.bin'],
  ])('readOnnx: %s, while more external data is read', async (_, name) => {
    const model = externalModel(smallModel(1), (own) =>
      own === 'conv.weight' ? 'first.bin' : 'rest.bin',
    );
    writeFileSync(at('in/m.onnx'), model.bytes);
    for (const [file, bytes] of Object.entries(model.files)) writeFileSync(at(`in/${file}`), bytes);
    utimesSync(at(name), 1e9, 1e9);
    const signal = signalAt(4, () => overwrite(at(name)));
    const error = await readOnnx(at('in/m.onnx'), { signal }).catch((reason) => reason);
    expect(String(error)).toContain(`${name.slice(3)}': the file was changed while it was in use`);
  });
});

describe('a file that is replaced or deleted while it is open', () => {
  const events: Readonly<Record<string, (file: string) => void>> = {
    'by another one': (file) => {
      writeFileSync(`${file}.new`, 'another');
      renameSync(`${file}.new`, file);
    },
    'by nothing': (file) => rmSync(file),
  };
  it.each(Object.entries(events))('is read to its end: %s', async (_, event) => {
    const [path] = await made(formats.safetensors);
    const options = { onProgress: once(() => event(path)) };
    await permuteFile(unchanged, path, {}, at('out/m.safetensors'), options);
    expect(readFileSync(at('out/m.safetensors'))).toEqual(readFileSync(at('whole.safetensors')));
  });
});

describe('a checkpoint that is replaced between the steps of a command is refused', () => {
  it.each(['merge', 'transport'] as const)('in %s', async (command) => {
    const [path] = await made(formats.safetensors);
    await writeSafetensors(at('in/next.safetensors'), params);
    writeFileSync(at('spec.json'), serializeSpec(smallSpec));
    const inputs = {
      merge: [at('whole.safetensors'), path],
      transport: [path, path, at('whole.safetensors')],
    };
    const words = [command, ...inputs[command], '--spec', at('spec.json')];
    const replace = once(() => renameSync(at('in/next.safetensors'), path));
    const { code, err } = await run([...words, '-o', at('out/m.safetensors')], {
      isTTY: true,
      onError: (text) => text.includes('reading') && replace(),
    });
    expect(err).toContain(`'${path}': the file was changed while it was in use`);
    expect(code).toBe(2);
    expect(readdirSync(at('out'))).toEqual([]);
  });
});
