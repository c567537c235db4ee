import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dispose, tensor1d } from '@tensorflow/tfjs-core';
import { InvalidInputError, permutationSpec } from 'perm-lmc';
import { inspectCheckpoint, permuteFile, readCheckpoint, writeSafetensors } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fileOf } from '../io/safetensorsBytes';
import { useBackend } from '../support/backend';
import { modelWithEntries } from './onnxModels';

await useBackend('cpu');
const folder = mkdtempSync(join(tmpdir(), 'perm-lmc-unreadable-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const unchanged = permutationSpec({}, { unlisted: 'fixed' });
const params = { x: tensor1d([1, 2, 3]), y: tensor1d([4]) };
await writeSafetensors(at('whole.safetensors'), params);
for (const ending of ['.pt', '.npz', '.safetensors.index.json']) {
  await permuteFile(unchanged, at('whole.safetensors'), {}, at(`whole${ending}`));
}
dispose(params);
copyFileSync(
  fileURLToPath(new URL('../fixtures/pytorch/legacy.pt', import.meta.url)),
  at('whole.legacy.pt'),
);

const endings = [
  ...['.safetensors', '.pt', '.npz', '.safetensors.index.json', '.json', '.bin', '.onnx'],
  ...['.h5', '.keras', ''],
];

/** Expects the error of a path that is no checkpoint, with the path or another message in it. */
async function expectRefused(path: string, message = path): Promise<void> {
  for (const read of [readCheckpoint, inspectCheckpoint]) {
    const error: unknown = await read(path).then(
      () => 'no error',
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain(message);
  }
}

describe('a path that is no checkpoint is refused by its name:', () => {
  it.skipIf(process.platform === 'win32').each(endings)('a pipe %s', async (ending) => {
    const path = at(`pipe${ending}`);
    execFileSync('mkfifo', [path]);
    await expectRefused(path);
  });

  it.skipIf(process.platform === 'win32').each(endings)('a link %s to a device', async (ending) => {
    const path = at(`zero${ending}`);
    symlinkSync('/dev/zero', path);
    await expectRefused(path);
  });

  it.skipIf(process.platform === 'win32').each(endings)('a socket %s', async (ending) => {
    const path = at(`socket${ending}`);
    const server = createServer().listen(path);
    await once(server, 'listening');
    await expectRefused(path).finally(() => server.close());
  });

  it.each(endings)('a name %s of more than 255 bytes', (ending) =>
    expectRefused(at(`${'x'.repeat(256)}${ending}`)),
  );

  it.skipIf(process.platform === 'win32').each(endings)('a link %s to itself', async (ending) => {
    symlinkSync(`circle${ending}`, at(`circle${ending}`));
    await expectRefused(at(`circle${ending}`));
  });

  it.skipIf(process.platform !== 'linux').each(endings)(
    'a file %s of 1 TiB without contents',
    async (ending) => {
      const path = at(`sparse${ending}`);
      writeFileSync(path, '');
      truncateSync(path, 2 ** 40);
      await expectRefused(path);
      rmSync(path);
    },
  );

  it.each(endings)('an empty file %s', async (ending) => {
    writeFileSync(at(`empty${ending}`), '');
    await expectRefused(at(`empty${ending}`));
  });

  it.each(endings)('a folder %s', async (ending) => {
    mkdirSync(at(`folder${ending}`));
    await expectRefused(at(`folder${ending}`));
  });

  it.each(['.safetensors', '.pt', '.legacy.pt', '.npz', '.safetensors.index.json'])(
    'a file %s that is cut short, at many lengths',
    async (ending) => {
      const bytes = readFileSync(at(`whole${ending}`));
      const path = at(`short${ending}`);
      const last = ending.endsWith('.json') ? bytes.lastIndexOf('}') : bytes.length - 1;
      const isNearEnd = (length: number) => length < 64 || length > last - 64;
      for (let length = 0; length <= last; length += isNearEnd(length) ? 1 : 8) {
        writeFileSync(path, bytes.subarray(0, length));
        await expectRefused(path);
      }
    },
  );
});

describe('a file that a checkpoint names and that is none is refused:', () => {
  const index = (shard: string) => {
    const path = at('naming.safetensors.index.json');
    writeFileSync(path, JSON.stringify({ weight_map: { x: shard } }));
    return path;
  };

  it.skipIf(process.platform === 'win32')('a shard that is a pipe', async () => {
    execFileSync('mkfifo', [at('shard.safetensors')]);
    await expectRefused(index('shard.safetensors'), at('shard.safetensors'));
  });

  it('a shard with a name of more than 255 bytes', () =>
    expectRefused(index('x'.repeat(256)), 'its last name has 256 bytes'));

  it('external data in a folder that is a file', async () => {
    const entries = { location: 'whole.safetensors/x' };
    writeFileSync(at('naming.onnx'), modelWithEntries('lenet_a', entries));
    await expectRefused(at('naming.onnx'), 'is missing');
  });

  it.skipIf(process.platform === 'win32')('external data that is a pipe', async () => {
    const entries = { location: 'data.bin' };
    writeFileSync(at('naming.onnx'), modelWithEntries('lenet_a', entries));
    execFileSync('mkfifo', [at('data.bin')]);
    await expectRefused(at('naming.onnx'), 'this is a pipe, not a file');
  });

  it('external data with a name of more than 255 bytes', async () => {
    const entries = { location: 'x'.repeat(256) };
    writeFileSync(at('naming.onnx'), modelWithEntries('lenet_a', entries));
    await expectRefused(at('naming.onnx'), 'its last name has 256 bytes');
  });
});

it('a tensor of 1 TiB in a file without contents is listed, and not read', async () => {
  const head = fileOf({ x: { dtype: 'F32', shape: [2 ** 38], data_offsets: [0, 2 ** 40] } });
  writeFileSync(at('huge.safetensors'), head);
  truncateSync(at('huge.safetensors'), head.length + 2 ** 40);
  const { tensors } = await inspectCheckpoint(at('huge.safetensors'));
  expect(tensors[0].size).toBe(2 ** 38);
  for (const read of [
    () => readCheckpoint(at('huge.safetensors')),
    () => inspectCheckpoint(at('huge.safetensors'), { values: true }),
    () => permuteFile(unchanged, at('huge.safetensors'), {}, at('huge.pt')),
  ]) {
    await expect(read()).rejects.toBeInstanceOf(InvalidInputError);
  }
  rmSync(at('huge.safetensors'));
});
