import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { fixture, temporaryFolder } from './checkpoints';
import { run, type Terminal } from './session';

/** What the disk says of every file that is written from now on, after so many bytes of it. */
const disk: { failure: { code: string; after: number } | null } = { failure: null };

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const open = async (...words: Parameters<typeof original.open>): Promise<FileHandle> => {
    const handle = await original.open(...words);
    const { failure } = disk;
    if (failure === null || words[1] !== 'wx') return handle;
    const write = handle.write.bind(handle) as (
      ...each: unknown[]
    ) => ReturnType<typeof handle.write>;
    let room = failure.after;
    handle.write = (async (bytes: Uint8Array, offset: number, length: number) => {
      if (room === 0) {
        throw Object.assign(new Error(`${failure.code}: write`), { code: failure.code });
      }
      const taken = Math.min(room, length);
      room -= taken;
      return write(bytes, offset, taken); // A full disk takes what it can first.
    }) as typeof handle.write;
    return handle;
  };
  return { ...original, open };
});

const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];
const left = () => readdirSync(at('.')).sort();

describe('a full disk', () => {
  it.each([
    ['ENOSPC', 0],
    ['ENOSPC', 100_000],
    ['EDQUOT', 5],
  ])('ends a merge with 1 and leaves nothing: %s after %d bytes', async (code, after) => {
    disk.failure = { code, after };
    const words = ['merge', a, b, '--spec', 'mlp:3', '-o', at('merged')];
    const outcome = await run(words).finally(() => {
      disk.failure = null;
    });
    expect(outcome).toEqual({
      code: 1,
      out: '',
      err: 'perm-lmc: the disk is full; nothing was written. Free some space, or choose another output\n',
    });
    expect(left()).toEqual([]);
  });

  it('leaves what was there before, which --force would have replaced', async () => {
    writeFileSync(at('before'), 'precious');
    for (const words of [
      ['merge', a, b, '--spec', 'mlp:3', '-o', at('before'), '--force'],
      ['align', a, b, '--spec', 'mlp:3', '-o', at('before'), '--force'],
      ['spec', 'mlp:3', '-o', at('before'), '--force'],
    ]) {
      disk.failure = { code: 'ENOSPC', after: 9 };
      const { code } = await run(words).finally(() => {
        disk.failure = null;
      });
      expect(code).toBe(1);
      expect(left()).toEqual(['before']);
      expect(readFileSync(at('before'), 'utf8')).toBe('precious');
    }
  });
});

describe('a file that appears while a command works', () => {
  it('is not replaced: the command ends with 3', async () => {
    const output = at('appeared.json');
    const words = ['align', a, b, '--spec', 'mlp:3', '-o', output];
    const { code, err } = await run(words, {
      isTTY: true,
      onError: (text) => text.includes('reading') && writeFileSync(output, 'precious'),
    });
    expect(code).toBe(3);
    expect(err).toContain(
      `there is already something at '${output}'. Choose another path, or pass --force`,
    );
    expect(readFileSync(output, 'utf8')).toBe('precious');
    expect(left().filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('an unexpected failure', () => {
  it('ends with 1 and its message, with --debug where it came from too', async () => {
    for (const debug of [false, true]) {
      disk.failure = { code: 'EIO', after: 0 };
      const words = ['spec', 'mlp:3', '-o', at('spec.json'), ...(debug ? ['--debug'] : [])];
      const { code, err } = await run(words).finally(() => {
        disk.failure = null;
      });
      expect(code).toBe(1);
      expect(err).toContain('perm-lmc: failed: EIO: write\n');
      expect(/\n\s+at /.test(err)).toBe(debug);
    }
  });
});

describe('an interruption ends with 130, and leaves nothing', () => {
  const interruptAt = (pattern: RegExp): Terminal => ({
    isTTY: true,
    onError: (text, interrupt) => pattern.test(text) && interrupt(),
  });

  it.each<[string, string[], RegExp]>([
    ['before it begins to match', ['align', a, b, '-o', at('p.json')], /reading /],
    ['while it matches', ['align', a, b, '-o', at('p.json'), '--restarts', '500'], /sweep/],
    [
      'while it matches on threads',
      ['align', a, b, '-o', at('p.json'), '--restarts', '500', '--threads', '1'],
      /sweep/,
    ],
    ['while it writes', ['merge', a, b, '-o', at('merged')], /writing 1\/6/],
  ])('%s', async (_, words, pattern) => {
    const before = left();
    const { code, err, out } = await run([...words, '--spec', 'mlp:3'], interruptAt(pattern));
    expect([code, out]).toEqual([130, '']);
    expect(err.endsWith('\r\x1b[Kperm-lmc: interrupted; nothing was written\n')).toBe(true);
    expect(left()).toEqual(before);
  });
});
