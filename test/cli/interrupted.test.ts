import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { useBackend } from '../support/backend';
import { fixtures, readParams } from '../support/fixtures';
import { onFullDisk } from '../support/fullDisk';
import { mlpModel } from '../support/onnx/mlpModel';
import { fixture, temporaryFolder } from './checkpoints';
import { run, type Terminal } from './session';
import { writeNpz } from './testSets';

vi.mock('node:fs/promises', async (importOriginal) => {
  const { withFullDisk } = await import('../support/fullDisk');
  return withFullDisk(await importOriginal<typeof import('node:fs/promises')>());
});

await useBackend('wasm');
const at = temporaryFolder();
const [a, b] = [fixture('mlp64_A'), fixture('mlp64_B')];
const left = () => readdirSync(at('.')).sort();

describe('a full disk', () => {
  it.each([
    ['ENOSPC', 0],
    ['ENOSPC', 100_000],
    ['EDQUOT', 5],
  ])('ends a merge with 1 and leaves nothing: %s after %d bytes', async (code, after) => {
    const words = ['merge', a, b, '--spec', 'mlp:3', '-o', at('merged')];
    const outcome = await onFullDisk(after, () => run(words), code);
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
      const { code } = await onFullDisk(9, () => run(words));
      expect(code).toBe(1);
      expect(left()).toEqual(['before']);
      expect(readFileSync(at('before'), 'utf8')).toBe('precious');
    }
  });
});

describe('a barrier with a figure and curves', () => {
  const words = async () => {
    const [{ data }] = fixtures;
    const { x, y } = tf.tidy(() => {
      const all = data();
      return { x: tf.slice(all.x, 0, 20), y: tf.slice(all.y, 0, 20) };
    });
    writeFileSync(at('a.onnx'), await mlpModel(readParams('mlp64_A'), ['fc1', 'fc2', 'fc3']));
    await writeNpz(at('test.npz'), { x, y });
    const paths = ['--plot', at('curves.svg'), '-o', at('curves.json')];
    return ['barrier', at('a.onnx'), b, '--data', at('test.npz'), '--points', '2', ...paths];
  };

  it('writes both or none, where the disk is full after the figure', async () => {
    const command = await words();
    const before = left();
    expect(await run(command)).toMatchObject({ code: 0, err: '' });
    const { size } = statSync(at('curves.svg'));
    for (const name of ['curves.svg', 'curves.json']) rmSync(at(name));
    const { code, err } = await onFullDisk(size + 10, () => run(command));
    expect([code, err]).toEqual([1, expect.stringContaining('nothing was written')]);
    expect(left()).toEqual(before);
  });

  it('replaces only the file for which that was confirmed', async () => {
    const command = await words();
    writeFileSync(at('curves.json'), 'precious');
    const { code } = await run(command, {
      isTTY: true,
      answer: 'y',
      onError: (text) => text.includes('reading') && writeFileSync(at('curves.svg'), 'precious'),
    });
    expect(code).toBe(3);
    const texts = ['curves.svg', 'curves.json'].map((name) => readFileSync(at(name), 'utf8'));
    expect(texts).toEqual(['precious', 'precious']);
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
      const words = ['spec', 'mlp:3', '-o', at('spec.json'), ...(debug ? ['--debug'] : [])];
      const { code, err } = await onFullDisk(0, () => run(words), 'EODD');
      expect(code).toBe(1);
      expect(err).toContain('perm-lmc: failed: EODD: write\n');
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
