import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configBeside } from '../../src/node/configBeside';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
const checkpoint = join(folder, 'model.safetensors');
const write = (text: string) => writeFileSync(join(folder, 'config.json'), text);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('configBeside', () => {
  it('is the configuration of a network, and not of anything else', async () => {
    expect(await configBeside(checkpoint)).toBeNull();
    write('{"model_type":"bert","hidden_size":8}');
    expect(await configBeside(checkpoint)).toEqual({ model_type: 'bert', hidden_size: 8 });
    for (const other of ['[]', '{"name":"another program"}', deep(1000)]) {
      write(other);
      expect(await configBeside(checkpoint)).toBeNull();
    }
  });

  it.each([
    ['text that is not JSON', '{', 'is not JSON'],
    ['nesting of 10⁵ levels', `{"model_type":"bert","a":${deep(1e5)}}`, 'more than 127 deep'],
    ['a key twice', '{"model_type":"bert","a":1,"a":2}', 'has the key "a" twice'],
  ])('refuses %s', async (_, text, message) => {
    write(text);
    await expect(configBeside(checkpoint)).rejects.toThrow(message);
  });
});
