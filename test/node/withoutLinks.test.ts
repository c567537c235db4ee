import type * as fs from 'node:fs';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { writeWhole } from '../../src/node/writeWhole';
import { temporaryFolder } from '../cli/checkpoints';

vi.mock('node:fs', async (importOriginal) => ({
  ...(await importOriginal<typeof fs>()),
  linkSync() {
    throw Object.assign(new Error('EPERM: link'), { code: 'EPERM' });
  },
}));

const at = temporaryFolder();
beforeEach(() => mkdirSync(at('out'), { recursive: true }));

const write = (during = () => {}) =>
  writeWhole({ path: at('out/a'), overwrite: false }, async (handle) => {
    await handle.write(Buffer.from('new'));
    during();
  });

describe('on a file system without links', () => {
  it('a file of another writer is not replaced', async () => {
    const writing = write(() => writeFileSync(at('out/a'), 'precious'));
    await expect(writing).rejects.toThrow('already something');
    expect(readFileSync(at('out/a'), 'utf8')).toBe('precious');
    expect(readdirSync(at('out'))).toEqual(['a']);
    rmSync(at('out/a'));
  });

  it('a file is put in place', async () => {
    await write();
    expect(readFileSync(at('out/a'), 'utf8')).toBe('new');
    expect(readdirSync(at('out'))).toEqual(['a']);
  });
});
