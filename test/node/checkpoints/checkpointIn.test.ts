import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../src/errors';
import { checkpointIn } from '../../../src/node/checkpoints/checkpointIn';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perm-lmc-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The name that is found in a folder of these files. */
async function foundAmong(...names: string[]): Promise<string> {
  for (const name of names) writeFileSync(join(folder, name), '');
  return (await checkpointIn(folder)).slice(folder.length + 1);
}

describe('checkpointIn', () => {
  it('prefers safetensors to PyTorch, and an index to a file', async () => {
    const config = ['config.json', 'tokenizer.json', 'other.safetensors'];
    expect(await foundAmong(...config, 'pytorch_model.bin')).toBe('pytorch_model.bin');
    expect(await foundAmong('pytorch_model.bin.index.json')).toBe('pytorch_model.bin.index.json');
    expect(await foundAmong('model.safetensors')).toBe('model.safetensors');
    expect(await foundAmong('model.safetensors.index.json')).toBe('model.safetensors.index.json');
  });

  it('takes the only checkpoint of another name', async () => {
    const found = await foundAmong('config.json', 'adapter.safetensors', 'readme.md');
    expect(found).toBe('adapter.safetensors');
  });

  it('takes the only index of other shards', async () => {
    const shards = ['x-1.safetensors', 'x-2.safetensors'];
    expect(await foundAmong(...shards, 'x.safetensors.index.json')).toBe(
      'x.safetensors.index.json',
    );
  });

  it.each([
    ['none', ['config.json', 'notes.txt'], 'the folder has no checkpoint'],
    [
      'several',
      ['b.safetensors', 'a.onnx'],
      "the folder has several checkpoints: 'a.onnx', 'b.safetensors'",
    ],
  ])('refuses a folder with %s', async (_, names, message) => {
    const error = await foundAmong(...names).catch((reason) => reason);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error.message).toContain(`'${folder}': ${message}. Pass the path of a file`);
  });

  it('leaves files and paths without a file as they are', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    for (const name of ['file', 'missing', 'file/below']) {
      expect(await checkpointIn(join(folder, name))).toBe(join(folder, name));
    }
  });
});
