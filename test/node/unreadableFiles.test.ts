import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dispose, tensor1d } from '@tensorflow/tfjs-core';
import { InvalidInputError, permutationSpec } from 'perm-lmc';
import { inspectCheckpoint, permuteFile, readCheckpoint, writeSafetensors } from 'perm-lmc/node';
import { afterAll, describe, expect, it } from 'vitest';
import { useBackend } from '../support/backend';

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

const endings = ['.safetensors', '.pt', '.npz', '.safetensors.index.json', '.bin', '.onnx', ''];

/** Expects the error of a path that is no checkpoint, with the path in it. */
async function expectRefused(path: string): Promise<void> {
  for (const read of [readCheckpoint, inspectCheckpoint]) {
    const error: unknown = await read(path).then(
      () => 'no error',
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(InvalidInputError);
    expect((error as Error).message).toContain(path);
  }
}

describe('a path that is no checkpoint is refused by its name:', () => {
  it.skipIf(process.platform === 'win32').each(endings)('a pipe %s', async (ending) => {
    const path = at(`pipe${ending}`);
    execFileSync('mkfifo', [path]);
    await expectRefused(path);
  });

  it.skipIf(process.platform === 'win32')('a device', () => expectRefused('/dev/zero'));

  it.each(endings)('an empty file %s', async (ending) => {
    writeFileSync(at(`empty${ending}`), '');
    await expectRefused(at(`empty${ending}`));
  });

  it.each(endings)('a folder %s', async (ending) => {
    mkdirSync(at(`folder${ending}`));
    await expectRefused(at(`folder${ending}`));
  });

  it.each(['.safetensors', '.pt', '.legacy.pt', '.npz', '.safetensors.index.json'])(
    'a file %s that is cut short, at any length',
    async (ending) => {
      const bytes = readFileSync(at(`whole${ending}`));
      const path = at(`short${ending}`);
      const last = ending.endsWith('.json') ? bytes.lastIndexOf('}') : bytes.length - 1;
      for (let length = 0; length <= last; length++) {
        writeFileSync(path, bytes.subarray(0, length));
        await expectRefused(path);
      }
    },
  );
});
