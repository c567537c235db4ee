import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  addTemporary,
  onTemporary,
  removeTemporaries,
  temporaryPaths,
} from '../../src/node/temporaryPaths';
import { withTemporaryFolder } from '../../src/node/withTemporaryFolder';
import { writeWhole } from '../../src/node/writeWhole';
import { temporaryFolder } from '../cli/checkpoints';

const at = temporaryFolder();

/** The calls of a listener: its argument `isThere`, and true if the path existed at that moment. */
async function told(work: () => Promise<unknown>): Promise<[isThere: boolean, existed: boolean][]> {
  const calls: [boolean, boolean][] = [];
  const end = onTemporary((path, isThere) => calls.push([isThere, existsSync(path)]));
  await work().finally(end);
  return calls;
}

const write = (work: () => Promise<void>) => writeWhole({ path: at('out'), overwrite: true }, work);

describe('a temporary file', () => {
  it('is told before it is there and after it is gone', async () => {
    const calls = await told(() =>
      write(async () => expect(temporaryPaths().filter(existsSync)).toHaveLength(1)),
    );
    expect(calls).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(temporaryPaths()).toEqual([]);
  });

  it('is gone where it could not be written', async () => {
    const calls = await told(() =>
      expect(write(() => Promise.reject(new Error('stop')))).rejects.toThrow('stop'),
    );
    expect(calls).toHaveLength(2);
    expect(temporaryPaths()).toEqual([]);
    expect(readdirSync(at('.')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is removed at once, with a folder and what is in it', async () => {
    const [file, folder] = [at('file.tmp'), at('folder.tmp')];
    addTemporary(file);
    addTemporary(folder);
    writeFileSync(file, '');
    mkdirSync(folder);
    writeFileSync(`${folder}/x`, '');
    const seen: string[] = [];
    onTemporary((path) => seen.push(path))();
    expect(seen).toEqual([file, folder]);
    removeTemporaries();
    expect([file, folder].filter(existsSync)).toEqual([]);
    expect(temporaryPaths()).toEqual([]);
  });
});

describe('a temporary folder', () => {
  it('is told, readable for this user alone, and removed with its contents', async () => {
    let path = '';
    const calls = await told(() =>
      withTemporaryFolder(at('.'), 'own-', async (folder) => {
        path = folder;
        expect(temporaryPaths()).toEqual([folder]);
        writeFileSync(`${folder}/x`, '');
        if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700);
        throw new Error('stop');
      }).catch(() => {}),
    );
    expect(calls).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(existsSync(path)).toBe(false);
  });
});
