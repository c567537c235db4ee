import { spawnSync } from 'node:child_process';
import { fstatSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { open as openHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lazyHandle } from '../../src/node/lazyHandle';
import { openFile } from '../../src/node/openFile';
import { temporaryFolder } from '../cli/checkpoints';
import { fileOf } from '../io/safetensorsBytes';

const at = temporaryFolder();
const COUNT = 64;

/** The bytes of a safetensors file with one float. */
function shard(name: string): Uint8Array {
  return fileOf({ [name]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, [0, 0, 0, 0]);
}

describe('a checkpoint of more shards than a process may open', () => {
  it.runIf(process.platform === 'linux')('is merged and inspected', () => {
    for (const folder of ['in', 'out']) mkdirSync(at(folder));
    const names = Array.from({ length: COUNT }, (_, i) => `x${i}`);
    for (const name of names) writeFileSync(at(`in/${name}.safetensors`), shard(name));
    const weightMap = Object.fromEntries(names.map((name) => [name, `${name}.safetensors`]));
    const index = at('in/m.safetensors.index.json');
    writeFileSync(index, JSON.stringify({ weight_map: weightMap }));
    const script = fileURLToPath(new URL('./manyShards.ts', import.meta.url));
    const command = 'ulimit -n 4096; exec "$0" --import tsx "$@"';
    const words = ['-c', command, process.execPath, script, index];
    const { stdout, stderr } = spawnSync('bash', [...words, at('out/m.safetensors.index.json')], {
      encoding: 'utf8',
      timeout: 100_000,
    });
    expect([stderr, stdout]).toEqual(['', `${COUNT} 0`]);
  });
});

describe('a file that is not read now', () => {
  /** Opens so many others that the descriptor goes to them. */
  async function openOthers(count: number): Promise<() => Promise<void>> {
    writeFileSync(at('other'), '');
    const others = await Promise.all(Array.from({ length: count }, () => openFile(at('other'))));
    return async () => {
      await Promise.all(others.map(({ close }) => close()));
    };
  }

  it('gives its descriptor to others, and is opened again', async () => {
    writeFileSync(at('a'), 'abc');
    const file = await openFile(at('a'));
    const close = await openOthers(40);
    expect(Buffer.from(await file.read(1, 3)).toString()).toBe('bc');
    await file.assertUnchanged();
    await close();
    await file.close();
  });

  it.each([
    ['changed', 'by another file', (path: string) => renameSync(at('new'), path)],
    ['changed', 'in place', (path: string) => writeFileSync(path, 'xyz')],
    ['removed', 'altogether', (path: string) => rmSync(path)],
  ])('is refused when it is opened again and was %s %s', async (event, _, change) => {
    writeFileSync(at('a'), 'abc');
    utimesSync(at('a'), 1e9, 1e9);
    writeFileSync(at('new'), 'xyz');
    const file = await openFile(at('a'));
    const close = await openOthers(40);
    change(at('a'));
    await expect(file.read(0, 3)).rejects.toThrow(`the file was ${event} while it was in use`);
    await close();
    await file.close();
  });

  it('keeps its descriptor where that is needed', async () => {
    writeFileSync(at('a'), 'abc');
    const file = await openFile(at('a'));
    const descriptor = await file.descriptor();
    const close = await openOthers(40);
    expect(await file.descriptor()).toBe(descriptor);
    await close();
    await file.close();
    expect(() => fstatSync(descriptor)).toThrow('EBADF');
  });
});

describe('a process without a free descriptor', () => {
  it('takes those of files that are not read', async () => {
    writeFileSync(at('a'), 'abc');
    const file = await openFile(at('a'));
    let calls = 0;
    const open = async () => {
      calls++;
      if (calls === 1) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
      return openHandle(at('a'));
    };
    const other = await lazyHandle(open);
    expect(calls).toBe(2);
    await other.close();
    await file.close();
  });
});
